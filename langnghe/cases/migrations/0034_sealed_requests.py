"""What is said of a sealed record later: parts withdrawn, requests about data, to whom it was handed over."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0033_sealed_inherit'),
        ('registry', '0011_stand_in'),
    ]

    operations = [
        migrations.AddField(
            model_name='sealedrecord',
            name='public',
            field=models.BinaryField(default=b'', max_length=32),
        ),
        migrations.AddField(
            model_name='sealedstep',
            name='body',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.body'),
        ),
        migrations.AddField(
            model_name='sealedstep',
            name='to',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.body'),
        ),
        migrations.AddField(
            model_name='sealedstep',
            name='words',
            field=models.BinaryField(default=b''),
        ),
        migrations.AlterField(
            model_name='sealedevent',
            name='verb',
            field=models.CharField(choices=[('keep', 'nhận và khóa'), ('read', 'mở đọc'), ('fail', 'gõ sai cụm mật khẩu'), ('share', 'trao quyền mở'), ('recover', 'trao lại bằng khóa khôi phục'), ('purge', 'xóa khi hết hạn giữ'), ('enrol', 'tạo khóa'), ('rewrap', 'đổi cụm mật khẩu'), ('retire', 'thôi dùng khóa'), ('step', 'ghi một bước'), ('name', 'chỉ định người nhận'), ('inherit', 'chuyển theo sắp xếp'), ('hand', 'giao cơ quan có thẩm quyền'), ('ask', 'nhận yêu cầu về dữ liệu'), ('decide', 'trả lời yêu cầu về dữ liệu'), ('erase', 'xóa theo yêu cầu')], max_length=8),
        ),
        migrations.CreateModel(
            name='SealedRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('see', 'Xem dữ liệu về mình'), ('correct', 'Sửa, đính chính'), ('erase', 'Xóa'), ('object', 'Phản đối, thôi cho dùng')], max_length=8)),
                ('words', models.BinaryField(default=b'')),
                ('state', models.CharField(choices=[('asked', 'Chờ trả lời'), ('granted', 'Đã làm theo yêu cầu'), ('partly', 'Làm theo một phần'), ('refused', 'Từ chối')], default='asked', max_length=8)),
                ('received', models.DateField()),
                ('due', models.DateField(null=True)),
                ('term_code', models.CharField(blank=True, max_length=80)),
                ('decided', models.DateField(null=True)),
                ('answer', models.BinaryField(default=b'')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='cases.sealedrecord')),
            ],
        ),
    ]
