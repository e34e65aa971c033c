// How measures of texts cut them into tokens. What a measure says depends on it, so each has its
// own, which makes numbers comparable with those of others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hebb::metrics {

using Tokens = std::vector<std::string>;

// Between white space, as Python's str.split(): for error rates, as jiwer.
Tokens words_in(std::string_view text);
// Of UTF-8; bytes that are not are one each.
Tokens characters_in(std::string_view text);
// For BLEU: tokenisation 13a of NIST's mteval, which is sacreBLEU's. Punctuation stands alone, full
// stops and commas within numbers stay, some entities of HTML are resolved; capitals stay.
Tokens bleu_tokens(std::string_view text);
// For ROUGE: runs of a-z and 0-9 of the text in small letters, as the original ROUGE and
// rouge-score without its stemmer.
Tokens rouge_tokens(std::string_view text);

// Without white space at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace hebb::metrics
