// The known words that an unknown word probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hebb {

// The number of letters to insert, remove, change or swap with their neighbour to get from a to b.
// Source: Damerau 1964 (restricted form).
int edit_distance(std::string_view a, std::string_view b);

// The known words near enough to be meant, best first; none when nothing is near. Case does not
// count, nor does '-' against '_'. A word is near another one that it begins ("pad", "padding").
std::vector<std::string> nearest_words(std::string_view word, const std::vector<std::string>& known,
                                       size_t limit = 3);

// For "known are ..." after a word that is none of them: "'padding' and 'size'"; of many words how
// many there are, and the nearest: "87, such as 'zip', 'size' and 'side'". Each is named once.
std::string known_words(std::string_view word, const std::vector<std::string>& known);

// "unknown key 'pad'; did you mean 'padding'?", or "unknown key 'zz'; known are 'padding' and
// 'size'" when nothing is near.
std::string unknown_word(std::string_view thing, std::string_view word,
                         const std::vector<std::string>& known);

}  // namespace hebb
