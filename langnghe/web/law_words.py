"""The codes of the law's tables in words: stages, subjects, levels, conditions, kinds of bodies."""

from functools import cache

from django.utils.translation import get_language, gettext_lazy

from langnghe.core import tables

STAGES = {
    "lodge": gettext_lazy("Nộp đơn"),
    "accept": gettext_lazy("Thụ lý"),
    "classify": gettext_lazy("Phân loại, chuyển đơn"),
    "transfer": gettext_lazy("Chuyển nơi có thẩm quyền"),
    "settle": gettext_lazy("Giải quyết"),
    "second": gettext_lazy("Giải quyết lần hai"),
    "lodge_second": gettext_lazy("Nộp đơn lần hai"),
    "answer": gettext_lazy("Trả lời"),
    "ask": gettext_lazy("Hỏi lại"),
    "remind": gettext_lazy("Đôn đốc"),
    "cooperate": gettext_lazy("Phối hợp"),
    "notice": gettext_lazy("Thông báo"),
    "opinion": gettext_lazy("Lấy ý kiến"),
    "post": gettext_lazy("Niêm yết, đăng tải"),
    "disclose": gettext_lazy("Cung cấp, công khai"),
    "loudspeaker": gettext_lazy("Phát trên loa truyền thanh"),
    "dialogue_announce": gettext_lazy("Thông báo đối thoại"),
    "dialogue_publish": gettext_lazy("Công bố kết quả đối thoại"),
    "retain": gettext_lazy("Giữ hồ sơ"),
}
SUBJECTS = {
    "dialogue": gettext_lazy("Đối thoại với người dân"),
    "disclosure": gettext_lazy("Công khai thông tin"),
    "pakn": gettext_lazy("Phản ánh, kiến nghị về quy định hành chính"),
    "personal_data": gettext_lazy("Dữ liệu cá nhân"),
    "recommendation": gettext_lazy("Kiến nghị sau giám sát"),
    "supervision": gettext_lazy("Giám sát"),
    "unit_merger": gettext_lazy("Sắp xếp đơn vị hành chính"),
    "village_rules": gettext_lazy("Hương ước, quy ước"),
    "voter_petition": gettext_lazy("Kiến nghị của cử tri"),
}
LEVELS = {
    "village": gettext_lazy("thôn, tổ dân phố"),
    "commune": gettext_lazy("cấp xã"),
    "district": gettext_lazy("cấp huyện"),
    "province": gettext_lazy("cấp tỉnh"),
}
BODY_KINDS = {
    "committee": gettext_lazy("Ủy ban nhân dân"),
    "council": gettext_lazy("Hội đồng nhân dân"),
    "department": gettext_lazy("Sở, phòng chuyên môn"),
    "police": gettext_lazy("Công an"),
    "utility": gettext_lazy("Đơn vị điện, nước, viễn thông"),
    "centre": gettext_lazy("Trung tâm"),
    "front": gettext_lazy("Mặt trận Tổ quốc"),
    "organisation": gettext_lazy("Đoàn thể"),
    "party": gettext_lazy("Cơ quan Đảng"),
    "delegation": gettext_lazy("Đoàn đại biểu Quốc hội"),
    "health": gettext_lazy("Y tế"),
    "inspectorate": gettext_lazy("Thanh tra"),
    "office": gettext_lazy("Văn phòng"),
}


def named(table: str, code: str) -> str:
    """Return the name that the table gives to the code, in the reader's language; "" when it has none."""
    return _rows(table).get(code, {}).get("name_en" if get_language() == "en" else "name_vi", "")


@cache
def _rows(table: str) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in tables.rows(table)}
