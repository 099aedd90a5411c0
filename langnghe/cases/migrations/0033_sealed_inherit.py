"""An event of the sealed lane can tell that a record or a key went to the body that followed; no data changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0032_desk_index")]
    operations = [
        migrations.AlterField(
            "sealedevent",
            "verb",
            models.CharField(
                max_length=8,
                choices=[
                    ("keep", "nhận và khóa"),
                    ("read", "mở đọc"),
                    ("fail", "gõ sai cụm mật khẩu"),
                    ("share", "trao quyền mở"),
                    ("recover", "trao lại bằng khóa khôi phục"),
                    ("purge", "xóa khi hết hạn giữ"),
                    ("enrol", "tạo khóa"),
                    ("rewrap", "đổi cụm mật khẩu"),
                    ("retire", "thôi dùng khóa"),
                    ("step", "ghi một bước"),
                    ("name", "chỉ định người nhận"),
                    ("inherit", "chuyển theo sắp xếp"),
                ],
            ),
        ),
    ]
