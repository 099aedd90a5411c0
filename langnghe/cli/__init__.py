"""The one command line: `langnghe VERB`, each verb with help, examples, clear errors and exit codes."""

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from pathlib import Path

from langnghe.cli.terminal import fail

VERBS = {
    "demo": "dựng và phục vụ bản minh hoạ (dữ liệu bịa về địa danh thật)",
    "init": "tạo mọi khóa bí mật của bản cài đặt và nói bản sao lưu nào giữ chúng",
    "setup": "tạo cơ sở dữ liệu và nạp địa giới, pháp luật, cơ quan của một tỉnh",
    "load-places": "nạp địa giới, pháp luật và cơ quan của một tỉnh vào cơ sở dữ liệu đã có",
    "import": "nhập sổ tiếp công dân hoặc tệp từ hệ thống khác",
    "review": "lập bản sơ kết sáu tháng (trang web và tệp Word)",
    "situation": "tìm ý kiến giống nhau, điểm nóng: lập chỉ mục, học, chấm",
    "verify": "đối chiếu hồ sơ với nhật ký công khai",
    "check": "kiểm tra bản cài đặt có giữ chắc dữ liệu không",
    "backup": "sao lưu cơ sở dữ liệu, tệp và nhật ký; hoặc riêng các khóa",
    "restore": "khôi phục một bản sao lưu và đối chiếu nó",
    "replicate": "sao chép liên tục cơ sở dữ liệu SQLite sang ổ đĩa khác, chậm nhất một giây",
    "drill": "diễn tập: sao lưu, khôi phục ra chỗ khác, đối chiếu, rồi dọn đi",
    "migrate-database": "chuyển sang cơ sở dữ liệu khác, đối chiếu từng dòng và gốc nhật ký",
    "new-log": "bắt đầu nhật ký công khai mới, khóa mới (sau khi khôi phục bản cũ, hoặc lộ khóa)",
    "serve": "phục vụ trang web",
    "worker": "chạy các việc nền đang chờ",
    "appoint": "tạo tài khoản và giao vai trò tại một cơ quan",
    "recovery-key": "tạo khóa khôi phục của kênh bảo mật, chia cho ba người",
    "lane-key": "cho một người nhận khiếu nại, tố cáo gửi tới cơ quan của họ",
    "recover-sealed": "trao lại hồ sơ niêm phong bằng hai trong ba phần của khóa khôi phục",
    "topics": "gợi ý lĩnh vực: học từ vụ việc đã phân loại, xem bảng đánh giá, trở lại mô hình trước",
    "receive-mail": "nhận một thư (RFC 5322) từ đầu vào chuẩn, để máy chủ thư gọi",
    "fetch-mail": "nhận thư mới trong hộp thư LANGNGHE_IMAP",
    "boundaries": "nạp ranh giới xã, phường từ tệp GeoJSON (bản đồ và các xã liền kề theo đó)",
    "posters": "làm tờ dán mã QR của một xã, phường và các thôn (PDF để in)",
    "admit-client": "cấp khóa cho một hệ thống được gửi phản ánh qua POST /api/v1/voices",
}
EPILOG = """mã kết thúc: 0 xong; 1 làm được nhưng có điều phải xem; 2 lệnh sai hoặc không làm được
ví dụ:
  langnghe setup --place "Hưng Yên"
  langnghe import so-tiep-dan.xlsx --preset mau-03 --place "xã Thư Vũ, Hưng Yên"
  langnghe review --place "Hưng Yên" --period 2026-H1 --form party
  langnghe serve --port 8000"""


def parser() -> ArgumentParser:
    from langnghe.cli import options

    top = ArgumentParser(prog="langnghe", formatter_class=RawDescriptionHelpFormatter, epilog=EPILOG)
    top.description = "Lắng Nghe: nền tảng công tác dân vận."
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, help_ in VERBS.items():
        verb = verbs.add_parser(
            name,
            help=help_,
            description=help_,
            formatter_class=RawDescriptionHelpFormatter,
            epilog=options.example(name),
        )
        options.add(name, verb)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one verb and return its exit code."""
    arguments = parser().parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "langnghe.settings")
    _choose_home(arguments)
    import django
    from django.db.utils import DatabaseError

    from langnghe.core.refusal import Refused

    django.setup()
    from langnghe.cli import verbs

    try:
        return verbs.run(arguments)
    except (Refused, LookupError, OSError) as error:
        return fail(str(error))
    except DatabaseError as error:
        return fail(f"Cơ sở dữ liệu chưa sẵn sàng: {error}. Hãy chạy “langnghe setup” trước.")
    except KeyboardInterrupt:
        sys.stderr.write("\nĐã dừng. Chạy lại cùng lệnh để làm tiếp.\n")
        return 130


def _choose_home(arguments: Namespace) -> None:
    """A demo lives in a folder of its own, so that it can never mix with real voices."""
    if arguments.verb == "demo":
        from langnghe.demo.setting import home

        os.environ["LANGNGHE_HOME"] = str(home(Path.cwd(), arguments.place, arguments.period))
        os.environ.pop("DATABASE_URL", None)
