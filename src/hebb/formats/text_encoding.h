// In which encoding a text is, told by looking at all of it, and the same text as UTF-8.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hebb {

enum class TextEncoding : uint8_t { utf8, utf16_le, utf16_be, windows_1252 };
std::span<const std::string_view> words_of(TextEncoding);  // "utf-8", "utf-16le", ...

// By its byte order mark; else UTF-8 where all of it is; else UTF-16 where every other byte of its
// beginning is zero; else Windows-1252, which holds Latin-1.
TextEncoding encoding_of(std::string_view bytes);

// The encoding that a person names: "utf-8", "utf-16", "windows-1252", "latin-1", ... "utf-16"
// looks at the bytes for their order. Error (usage): there is no such one.
TextEncoding encoding_named(std::string_view name, std::string_view bytes);

// How many bytes at the beginning are a byte order mark.
size_t byte_order_mark(std::string_view bytes, TextEncoding encoding);

// The text as UTF-8, without its byte order mark. Bytes that have no character become U+FFFD. Error
// (data): half a character at the end of UTF-16.
std::string to_utf8(std::string_view bytes, TextEncoding encoding, std::string_view where);

}  // namespace hebb
