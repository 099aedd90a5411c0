"""The options and examples of each verb."""

from argparse import ArgumentParser

EXAMPLES = {
    "demo": 'langnghe demo\nlangnghe demo --no-serve\nlangnghe demo --place "Thái Bình" --period 2021-H1',
    "init": "langnghe init",
    "setup": 'langnghe setup --place "Hưng Yên"',
    "load-places": 'langnghe load-places --place "Hưng Yên"',
    "import": "langnghe import so.xlsx --preset mau-03 --place n12826\nlangnghe import cu.csv --mapping cot.toml",
    "review": 'langnghe review --place "Hưng Yên" --period 2026-H1 --form party --out sokets/',
    "situation": "langnghe situation index\nlangnghe situation evaluate --voices y-kien.jsonl --json\n"
    "langnghe situation run --input vao/ --to ra/ --engine spark --master spark://may-chu:7077",
    "verify": "langnghe verify\nlangnghe verify --json\nlangnghe verify bien-nhan-VV-000123-4.tlog-proof",
    "check": "langnghe check",
    "backup": "langnghe backup --to /mnt/o-khac\nlangnghe backup --keys --to /mnt/usb-khoa",
    "restore": "langnghe restore /mnt/o-khac/langnghe-20261123-020000 --keys /mnt/usb-khoa/khoa --to /srv/moi",
    "new-log": 'langnghe new-log --reason "Khôi phục từ bản sao lưu ngày 20/11/2026"',
    "migrate-database": "langnghe migrate-database postgres://langnghe@localhost/langnghe",
    "replicate": "langnghe replicate --to /mnt/o-khac/ban-sao",
    "drill": "langnghe drill\nlangnghe drill --to /mnt/o-khac",
    "serve": "langnghe serve --port 8000",
    "worker": "langnghe worker\nlangnghe worker --once",
    "appoint": "langnghe appoint can-bo-1 --body committee_commune.n12826 --role officer",
    "recovery-key": "langnghe recovery-key\nlangnghe recovery-key --retire",
    "lane-key": "langnghe lane-key chu-tich-1\nlangnghe lane-key chu-tich-1 --retire",
    "recover-sealed": "langnghe recover-sealed chu-tich-2\nlangnghe recover-sealed --recovery",
    "topics": "langnghe topics train\nlangnghe topics card --json\nlangnghe topics back",
    "receive-mail": "langnghe receive-mail < thu.eml",
    "fetch-mail": "LANGNGHE_IMAP=imaps://ten:matkhau@may-chu/INBOX langnghe fetch-mail",
    "boundaries": "langnghe boundaries ranh-gioi-xa.geojson\nlangnghe boundaries xa.geojson --field maXa",
    "posters": 'langnghe posters --place n13264 --phone "0221 3 862 000"\n'
    "langnghe posters --place n13264 --villages thon.txt --out to-dan.pdf",
    "admit-client": 'langnghe admit-client "Cổng dịch vụ công tỉnh"\n'
    'langnghe admit-client "Tổng đài tỉnh" --webhook https://tongdai.tinh.example/tin-bao',
}


def example(verb: str) -> str:
    return "ví dụ:\n" + "\n".join(f"  {line}" for line in EXAMPLES[verb].split("\n"))


def add(verb: str, parser: ArgumentParser) -> None:
    """Add the verb's own options."""
    adders = {
        "demo": _demo,
        "init": _nothing,
        "setup": _place,
        "load-places": _place,
        "import": _import,
        "review": _review,
        "situation": _situation,
        "verify": _verify,
        "check": _json,
        "backup": _backup,
        "restore": _restore,
        "replicate": _replicate,
        "drill": _drill,
        "new-log": _new_log,
        "migrate-database": _migrate,
        "serve": _serve,
        "worker": _worker,
        "appoint": _appoint,
        "recovery-key": _retire,
        "lane-key": _lane_key,
        "recover-sealed": _recover,
        "topics": _topics,
        "receive-mail": _nothing,
        "fetch-mail": _json,
        "boundaries": _boundaries,
        "posters": _posters,
        "admit-client": _client,
    }
    adders[verb](parser)


def _nothing(_parser: ArgumentParser) -> None:
    """Take no options."""


def _json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")


def _situation(parser: ArgumentParser) -> None:
    parts = {
        "index": "đưa mọi ý kiến vào chỉ mục tìm ý kiến giống nhau",
        "learn": "học lại trọng số từ việc cán bộ gộp và tách",
        "back": "trở lại trọng số trước",
        "evaluate": "chấm trên một tệp ý kiến đã chia nhóm",
        "scan": "tìm điểm nóng ngay, như mỗi đêm",
        "tally": "đếm gộp các bước mới cho trang lãnh đạo ngay, như mỗi phút; --fresh: đếm lại từ đầu",
        "export": "ghi từ ngữ đã băm, nơi, ngày ra Parquet cho máy tính toán",
        "run": "tìm cặp giống nhau và điểm nóng trên mọi tỉnh của tệp đã ghi",
    }
    said = "; ".join(f"{name}: {help_}" for name, help_ in parts.items())
    parser.add_argument("part", choices=tuple(parts), help=said)
    parser.add_argument("--fresh", action="store_true", help="index, tally: làm lại từ đầu")
    parser.add_argument("--to", default="", help="export, run: thư mục ghi")
    parser.add_argument("--input", default="", help="run: thư mục mà export đã ghi")
    parser.add_argument("--engine", choices=("local", "spark"), default="local", help="run: máy này hay cụm Spark")
    parser.add_argument("--master", default="local[2]", help="run: địa chỉ cụm, ví dụ spark://may-chu:7077")
    parser.add_argument("--last", default="", help="run: ngày cuối được quét, dạng 2026-06-29 (mặc định hôm qua)")
    parser.add_argument("--voices", default="", help="evaluate: tệp JSONL (text, place, topic, group, style)")
    _json(parser)


def _verify(parser: ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default="", help="tệp .tlog-proof; không có thì đối chiếu cả bản cài đặt")
    parser.add_argument("--key", default="", help="khóa công khai của nhật ký (mặc định: của bản cài đặt này)")
    parser.add_argument("--checkpoint", default="", help="tệp giữ một mốc đã công bố: nhật ký phải có đúng mốc ấy")
    parser.add_argument("--witness", action="append", default=[], help="khóa công khai của một đơn vị làm chứng")
    _json(parser)


def _backup(parser: ArgumentParser) -> None:
    parser.add_argument("--to", required=True, help="thư mục chứa các bản sao lưu, ngoài thư mục cài đặt")
    parser.add_argument("--keys", action="store_true", help="chỉ chép khóa (để nơi khác với dữ liệu)")


def _restore(parser: ArgumentParser) -> None:
    parser.add_argument("source", help="thư mục của bản sao lưu")
    parser.add_argument("--keys", required=True, help="thư mục của bản chép khóa")
    parser.add_argument("--to", required=True, help="thư mục mới, trống (PostgreSQL: và DATABASE_URL trống)")


def _new_log(parser: ArgumentParser) -> None:
    parser.add_argument("--reason", required=True, help="vì sao, sẽ được ghi vào nhật ký mới")


def _migrate(parser: ArgumentParser) -> None:
    parser.add_argument("url", help="cơ sở dữ liệu mới, trống, dạng postgres://…")


def _replicate(parser: ArgumentParser) -> None:
    parser.add_argument("--to", required=True, help="thư mục của bản sao, trên ổ đĩa khác")


def _drill(parser: ArgumentParser) -> None:
    parser.add_argument("--to", default="", help="nơi làm tạm (mặc định thư mục tạm của máy)")


def _place(parser: ArgumentParser) -> None:
    parser.add_argument("--place", default="Hưng Yên", help="tỉnh, thành phố (tên hoặc mã)")


def _serve(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="cổng (mặc định 8000)")
    parser.add_argument("--host", default="127.0.0.1", help="địa chỉ nghe (mặc định chỉ máy này)")
    parser.add_argument("--workers", type=int, default=2, help="số tiến trình")


def _demo(parser: ArgumentParser) -> None:
    _place(parser)
    parser.add_argument("--period", default="2026-H1", help="kỳ, ví dụ 2026-H1")
    parser.add_argument("--no-serve", action="store_true", help="chỉ tạo tệp rồi kết thúc")
    parser.add_argument("--fresh", action="store_true", help="dựng lại từ đầu")
    parser.add_argument("--port", type=int, default=8000, help="cổng (mặc định 8000)")


def _import(parser: ArgumentParser) -> None:
    parser.add_argument("file", help="tệp .xlsx, .csv, .csv.gz hoặc .json")
    parser.add_argument("--preset", help="mau-03, open311-json hoặc publicstuff")
    parser.add_argument("--mapping", help="tệp TOML ánh xạ cột")
    parser.add_argument("--sheet", help="tên trang tính, nếu có nhiều")
    parser.add_argument("--place", help="nơi của sổ này: dùng khi một dòng không ghi địa danh")
    _json(parser)


def _review(parser: ArgumentParser) -> None:
    _place(parser)
    parser.add_argument("--period", required=True, help="kỳ, ví dụ 2026-H1")
    parser.add_argument("--form", choices=("party", "state"), default="party", help="văn bản Đảng hay hành chính")
    parser.add_argument("--out", default="", help="thư mục ghi tệp Word (mặc định trong thư mục cài đặt)")
    _json(parser)


def _worker(parser: ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="làm hết việc đang chờ rồi kết thúc")


def _appoint(parser: ArgumentParser) -> None:
    parser.add_argument("account", help="tên đăng nhập")
    parser.add_argument("--body", required=True, help="mã cơ quan")
    parser.add_argument(
        "--email", default="", help="nơi nhận thư tình hình hằng tuần (lãnh đạo, ban tham mưu, Mặt trận)"
    )
    parser.add_argument("--role", required=True, choices=("officer", "leader", "commission", "supervisor"))


def _retire(parser: ArgumentParser) -> None:
    parser.add_argument("--retire", action="store_true", help="thôi dùng khóa đang có")


def _lane_key(parser: ArgumentParser) -> None:
    parser.add_argument("account", help="tên đăng nhập")
    _own_body(parser)
    _retire(parser)


def _own_body(parser: ArgumentParser) -> None:
    parser.add_argument("--body", default="", help="mã cơ quan, nếu người này có vai trò tại nhiều cơ quan")


def _recover(parser: ArgumentParser) -> None:
    parser.add_argument("account", nargs="?", default="", help="tên đăng nhập của người nhận")
    _own_body(parser)
    parser.add_argument("--recovery", action="store_true", help="trao mọi hồ sơ cho khóa khôi phục mới")


def _topics(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=("train", "card", "back"), help="học, xem bảng đánh giá, trở lại mô hình trước")
    _json(parser)


def _boundaries(parser: ArgumentParser) -> None:
    parser.add_argument("file", help="tệp GeoJSON, mỗi xã một feature, toạ độ WGS 84")
    parser.add_argument("--field", default="", help="thuộc tính ghi mã hoặc tên xã (mặc định: tự tìm)")
    parser.add_argument("--source", default="", help="nguồn của ranh giới, để ghi trên trang (mặc định: tên tệp)")


def _posters(parser: ArgumentParser) -> None:
    parser.add_argument("--place", required=True, help="mã hoặc tên xã, phường")
    parser.add_argument("--villages", default="", help="tệp văn bản, mỗi dòng một thôn: mỗi thôn một tờ")
    parser.add_argument("--phone", default="", help="số điện thoại trực, in trên tờ dán")
    parser.add_argument("--out", default="", help="tệp PDF sẽ ghi (mặc định LANGNGHE_HOME/out/to-dan-MÃ.pdf)")


def _client(parser: ArgumentParser) -> None:
    parser.add_argument("name", help="tên hệ thống")
    parser.add_argument("--webhook", default="", metavar="https://…", help="nơi nhận tin khi vụ việc có chuyển biến")
