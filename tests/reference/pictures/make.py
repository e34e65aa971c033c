"""Makes the pictures of this folder, and beside each what Pillow reads from it, as plain PPM or PGM. Needs python3-pil, python3-numpy."""
import io, struct, zlib
import numpy as np
from PIL import Image, ImageOps

rng = np.random.default_rng(5)


def scene(h, w, c):
    """Smooth colours with some noise: what JPEG and filters are made for."""
    y, x = np.mgrid[0:h, 0:w]
    planes = [128 + 100 * np.sin(x / (5 + i) + i) * np.cos(y / (7 - i)) + rng.normal(0, 6, (h, w)) for i in range(c)]
    return np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8).squeeze()


def expect(name, image):
    image.save(name + (".pgm" if image.mode == "L" else ".ppm"))


def png(name, size, depth, colour, rows, extra=b"", interlace=0):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, interlace)
    with open(name, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


rgb, grey = Image.fromarray(scene(19, 25, 3)), Image.fromarray(scene(19, 25, 1))
rgba = Image.fromarray(scene(19, 25, 4), "RGBA")
for name, image in {"rgb": rgb, "grey": grey, "rgba": rgba, "grey_alpha": rgba.convert("LA"), "palette": rgb.quantize(50),
                    "palette4": rgb.quantize(9), "bits1": grey.convert("1")}.items():
    image.save(name + ".png")
    expect(name + ".png", image.convert("L" if image.mode in ("L", "LA", "1") else "RGB"))
rgba.split()[3].save("rgba_alpha.pgm")

wide = rng.integers(0, 65536, (7, 9, 3), np.uint16)  # 16 bits: Pillow reads the upper byte
png("rgb16.png", (9, 7), 16, 2, b"".join(b"\0" + row.astype(">u2").tobytes() for row in wide))
expect("rgb16.png", Image.open("rgb16.png").convert("RGB"))
png("grey16.png", (9, 7), 16, 0, b"".join(b"\0" + row[:, 0].astype(">u2").tobytes() for row in wide))
expect("grey16.png", Image.fromarray((wide[:, :, 0] >> 8).astype(np.uint8)))
passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]  # Adam7
pixels = np.asarray(rgb)
png("interlaced.png", rgb.size, 8, 2, b"".join(b"\0" + row.tobytes() for x, y, dx, dy in passes for row in pixels[y::dy, x::dx]), interlace=1)
expect("interlaced.png", Image.open("interlaced.png").convert("RGB"))

rgb.save("rgb.jpg", quality=90)
rgb.save("progressive.jpg", quality=80, progressive=True)
rgb.save("full_chroma.jpg", quality=90, subsampling=0)
grey.save("grey.jpg", quality=90)
Image.fromarray(scene(19, 25, 4), "CMYK").save("cmyk.jpg", quality=90)
for name in ("rgb", "progressive", "full_chroma", "grey", "cmyk"):
    image = Image.open(name + ".jpg")
    expect(name + ".jpg", image if image.mode == "L" else image.convert("RGB"))
expect("rgb.jpg.grey", Image.open("rgb.jpg").convert("L"))
for turn in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = turn
    rgb.crop((0, 0, 10, 6)).save(f"turned{turn}.jpg", quality=95, exif=exif)
    expect(f"turned{turn}.jpg", ImageOps.exif_transpose(Image.open(f"turned{turn}.jpg")))
rgb.crop((0, 0, 10, 6)).save("turned6.png", exif=exif.tobytes()[6:].replace(b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x08", b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06"))
expect("turned6.png", rgb.crop((0, 0, 10, 6)).transpose(Image.Transpose.ROTATE_270))

for w, h in ((28, 28), (64, 50), (10, 9), (1, 1), (25, 5), (3, 19), (200, 1)):
    expect(f"rgb_to_{w}x{h}", rgb.resize((w, h), Image.Resampling.BILINEAR))
noise = Image.fromarray(rng.integers(0, 256, (101, 83), np.uint8))
noise.save("noise.png")
for w, h in ((28, 28), (82, 100), (7, 300)):
    expect(f"noise_to_{w}x{h}", noise.resize((w, h), Image.Resampling.BILINEAR))
