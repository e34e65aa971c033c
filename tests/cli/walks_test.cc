// The walks of docs/guide are run as they stand there: a block of `sh` runs in one folder after the
// other, a block behind `<!-- file NAME -->` is that file, and the block of `text` behind a block
// of `sh` is what it prints, where `...` stands for anything.

#include <optional>
#include <sstream>

#include "support/program.h"

namespace hebb {
namespace {

struct Block {
  std::string kind, text, file;  // file: that it is written to
  int line = 0;
};

std::vector<Block> blocks_of(const std::string& page) {
  constexpr std::string_view mark = "<!-- file ", end = " -->";
  std::vector<Block> out;
  std::optional<Block> open;
  std::string file;
  std::istringstream lines(page);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.starts_with("```") && open) {
      out.push_back(*open);
      open.reset();
    } else if (line.starts_with("```")) {
      open = Block{.kind = line.substr(3), .text = {}, .file = file, .line = number};
      file.clear();
    } else if (open) {
      open->text += line + "\n";
    } else if (line.starts_with(mark) && line.ends_with(end)) {
      file = line.substr(mark.size(), line.size() - mark.size() - end.size());
    }
  }
  return out;
}

// Whether the text is the pattern, in which "..." stands for anything, and on a line of its own for
// any lines, also none.
bool matches(std::string text, std::string pattern) {
  text.insert(0, "\n");
  pattern.insert(0, "\n");
  constexpr std::string_view line = "\n...\n";
  for (size_t at = 0; (at = pattern.find(line, at)) != pattern.npos;)
    pattern.erase(at, 1);
  std::string_view left = text, wanted = pattern;
  bool first = true;
  while (true) {  // pieces between gaps come one after the other; the last one is the end
    const size_t gap = wanted.find("...");
    if (gap == wanted.npos)
      return first ? left == wanted : left.ends_with(wanted);
    const size_t at = left.find(wanted.substr(0, gap));
    if (at == left.npos || (first && at != 0))
      return false;
    left.remove_prefix(at + gap);
    wanted.remove_prefix(gap + 3);
    first = false;
  }
}

class Walks : public ProgramTest {
 protected:
  void walk(const std::string& name) {
    const fs::path page = reference_folder() / ".." / ".." / "docs" / "guide" / name;
    fs::create_directories(at("bin"));
    fs::create_symlink(program(), at("bin/hebb"));
    std::string printed;
    int ran = 0;
    for (const Block& block : blocks_of(read_file(page))) {
      if (!block.file.empty()) {
        write(block.file, block.text);
      } else if (block.kind == "sh") {
        write(".block.sh", "set -eu\nexec 2>&1\n" + block.text);
        const int status = std::system(("cd '" + folder_.string() +
                                        "' && PATH=\"$PWD/bin:$PATH\" "
                                        "bash .block.sh >.printed </dev/null")
                                           .c_str());
        printed = read(".printed");
        ASSERT_EQ(status, 0) << name << ":" << block.line << "\n" << printed;
        ++ran;
      } else if (block.kind == "text") {
        EXPECT_TRUE(matches(printed, block.text)) << name << ":" << block.line << " prints\n"
                                                  << printed;
      }
    }
    EXPECT_GT(ran, 3);
  }
};

TEST_F(Walks, MyTable) {
  const char* folder = std::getenv("HEBB_DATA");
  if (!folder || !fs::exists(fs::path(folder) / "titanic"))
    GTEST_SKIP() << "Titanic is not here";
  walk("my-table.md");
}

TEST_F(Walks, MyPictures) {
  walk("my-pictures.md");
}

TEST(WalkPatterns, StandForAnything) {
  EXPECT_TRUE(matches("a b\n", "a b\n"));
  EXPECT_TRUE(matches("a 12 b\nc\n", "a ... b\n...\n"));
  EXPECT_FALSE(matches("a 12 b\nc\n", "a ... b\n"));
  EXPECT_FALSE(matches("x\n", "...y\n"));
  EXPECT_TRUE(matches("x\ny\n", "...y\n"));
  EXPECT_TRUE(matches("y\nz\n", "...\ny\n...\nz\n...\n"));
}

}  // namespace
}  // namespace hebb
