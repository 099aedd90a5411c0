"""What a browser would say of the site's own TLS certificate, or will say soon."""

import ssl

from langnghe.core import outward

DAY, SOON, PATIENCE = 86_400, 14, 5  # seconds; days; seconds


def problems(address: str, at: float) -> list[str]:
    """Return what is wrong with the certificate under which the site is reached; nothing is asked of plain http."""
    if not address.startswith("https://"):
        return []
    try:
        left = outward.certificate_until(address, PATIENCE) - at
    except ssl.SSLError as wrong:
        return [f"Chứng thư TLS của {address} không được công nhận: {getattr(wrong, 'verify_message', wrong)}"]
    except OSError as wrong:
        return [f"Không mở được {address} từ máy này để xem chứng thư TLS ({type(wrong).__name__})"]
    return [f"Chứng thư TLS của {address} chỉ còn {max(0, int(left // DAY))} ngày"] if left < SOON * DAY else []
