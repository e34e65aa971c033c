// Words that a person can paste into a shell: what bash reads is what was meant.

#include "hebb/base/shell_word.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>

namespace hebb {
namespace {

std::string read_by_bash(const std::string& word) {
  const std::string script = "printf %s " + word;
  std::string quoted = "'";
  for (char c : script)
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  FILE* pipe = ::popen(("bash -c " + quoted + "'").c_str(), "r");
  std::string out;
  std::array<char, 256> block{};
  while (const size_t n = std::fread(block.data(), 1, block.size(), pipe))
    out.append(block.data(), n);
  ::pclose(pipe);
  return out;
}

TEST(ShellWord, IsReadAsItWasMeant) {
  EXPECT_EQ(shell_word("runs/a-1"), "runs/a-1");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word(""), "''");
  for (const std::string word :
       {"it's", "a b", "$HOME", "a\nb", "x\x1b[31mRED", "\\n 'q' \t \"d\"", "ü 名"})
    EXPECT_EQ(read_by_bash(shell_word(word)), word) << shell_word(word);
  EXPECT_EQ(shell_word("a\nb").find('\n'), std::string::npos) << "a line stays one line";
}

}  // namespace
}  // namespace hebb
