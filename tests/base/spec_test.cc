// The grammar NAME [positional] [key=value ...]: what it accepts, and the line it says for every
// mistake.
#include "hebb/base/spec.h"

#include <gtest/gtest.h>

#include "hebb/base/error.h"
#include "hebb/base/nearest.h"

namespace hebb {
namespace {

const std::vector<SpecKey> conv_keys = {{"out_channels", {"out", "channels"}},
                                        {"kernel_size", {"kernel"}},
                                        {"stride"},
                                        {"padding"},
                                        {"groups", {}, false},
                                        {"bias", {}, false},
                                        {"padding_mode", {}, false}};

template <class F>
std::string message_of(F f) {
  try {
    f();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::usage);
    EXPECT_EQ(e.exit_status(), 2);
    return e.what();
  }
  return "no error";
}

TEST(SpecLine, SplitsNamePositionalAndNamed) {
  const SpecLine s = SpecLine::parse("  conv2d 32\tkernel=3  padding=1x2 ");
  EXPECT_EQ(s.name, "conv2d");
  EXPECT_EQ(s.positional, std::vector<std::string>{"32"});
  ASSERT_EQ(s.named.size(), 2u);
  EXPECT_EQ(s.named[1].second, "1x2");
  EXPECT_EQ(s.to_string(), "conv2d 32 kernel=3 padding=1x2");
  EXPECT_EQ(SpecLine::parse("relu").to_string(), "relu");
}

TEST(SpecLine, ReadsTypedValues) {
  SpecReader r(
      SpecLine::parse("conv2d 32 3x5 padding=1,2 bias=False groups=+4 padding_mode=reflect"),
      conv_keys);
  EXPECT_EQ(r.integer("out_channels", 1), 32);
  EXPECT_EQ(r.integers("kernel_size", 1), (std::vector<int64_t>{3, 5}));
  EXPECT_EQ(r.integers("padding", 0), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(r.integers_or("stride", {1}), (std::vector<int64_t>{1}));
  EXPECT_EQ(r.integer("groups"), 4);
  EXPECT_FALSE(r.flag_or("bias", true));
  EXPECT_EQ(r.word("padding_mode", {"zeros", "reflect"}), "reflect");
  EXPECT_NO_THROW(r.done());
  SpecReader adam(SpecLine::parse("adam 1e-3 betas=0.9,0.99 eps=1E-8"),
                  {{"lr"}, {"betas"}, {"eps"}});
  EXPECT_DOUBLE_EQ(adam.number("lr"), 1e-3);
  EXPECT_EQ(adam.numbers("betas"), (std::vector<double>{0.9, 0.99}));
  EXPECT_DOUBLE_EQ(adam.number_or("eps", 1), 1e-8);
  SpecReader pool(SpecLine::parse("adaptive_avg_pool2d none,2"), {{"output_size"}});
  EXPECT_EQ(pool.integers_or_none("output_size", 1, -1), (std::vector<int64_t>{-1, 2}));
}

TEST(SpecLine, TakesAliases) {
  SpecReader r(SpecLine::parse("sgd learning_rate=0.1 wd=0.01"),
               {{"lr", {"learning_rate"}}, {"weight_decay", {"wd"}}});
  EXPECT_DOUBLE_EQ(r.number("lr"), 0.1);
  EXPECT_DOUBLE_EQ(r.number("weight_decay"), 0.01);
}

TEST(SpecLine, ALineInALineKeepsItsKeys) {
  const SpecLine line = SpecLine::parse("weight_norm conv2d:8:3:padding=1 dim=none");
  EXPECT_EQ(line.positional, (std::vector<std::string>{"conv2d:8:3:padding=1"}));
  EXPECT_EQ(line.named.size(), 1u);
  EXPECT_EQ(line.to_string(), "weight_norm conv2d:8:3:padding=1 dim=none");
}

TEST(SpecLine, RefusesWithOneClearLine) {
  const auto read = [](std::string_view line, auto use) {
    return message_of([&] {
      SpecReader r(SpecLine::parse(line), conv_keys);
      use(r);
      r.done();
    });
  };
  const auto nothing = [](SpecReader&) {};
  EXPECT_EQ(read("conv2d 1 pading=2", nothing),
            "conv2d: unknown key 'pading'; did you mean 'padding'?");
  EXPECT_EQ(read("conv2d zzz=2", nothing),
            "conv2d: unknown key 'zzz'; known are 'out_channels', 'kernel_size', 'stride', "
            "'padding', 'groups', 'bias' and 'padding_mode'");
  EXPECT_EQ(read("conv2d 1 2 3 4 5", nothing),
            "conv2d: 5 positional arguments, should be at most 4 (out_channels, kernel_size, "
            "stride, padding)");
  EXPECT_EQ(read("conv2d 1 out=2", nothing), "conv2d: out_channels is given twice: 1 and 2");
  EXPECT_EQ(read("conv2d kernel=1 kernel_size=2", nothing),
            "conv2d: kernel_size is given twice: 1 and 2");
  EXPECT_EQ(read("conv2d kernel=1 kernel=2", nothing), "conv2d: 'kernel' is given twice: 1 and 2");
  EXPECT_EQ(
      read("conv2d kernel=1 7", nothing),
      "conv2d: '7' stands after 'kernel=1'; positional arguments come first, or give it a key");
  EXPECT_EQ(read("conv2d kernel = 3", nothing),
            "conv2d: blanks around '=' after 'kernel'; should be key=value");
  EXPECT_EQ(read("conv2d kernel= 3", nothing),
            "conv2d: 'kernel=' should be key=value, without blanks");
  EXPECT_EQ(read("", nothing), "an empty line where 'NAME [arguments] [key=value ...]' should be");
  EXPECT_EQ(read("3x3 4", nothing),
            "'3x3' is not a name; should be 'NAME [arguments] [key=value ...]'");
  EXPECT_EQ(read("conv2d", [](SpecReader& r) { r.integer("out_channels"); }),
            "conv2d: out_channels is missing; should be given as out_channels=...");
  EXPECT_EQ(read("conv2d 3.5", [](SpecReader& r) { r.integer("out_channels"); }),
            "conv2d: out_channels is 3.5, should be a whole number");
  EXPECT_EQ(read("conv2d 0", [](SpecReader& r) { r.integer("out_channels", 1); }),
            "conv2d: out_channels is 0, should be at least 1");
  EXPECT_EQ(
      read("conv2d 99999999999999999999", [](SpecReader& r) { r.integer("out_channels", 1); }),
      "conv2d: out_channels is 99999999999999999999, which does not fit into 64 bits");
  EXPECT_EQ(read("conv2d 1 3x",
                 [](SpecReader& r) {
                   r.integer("out_channels");
                   r.integers("kernel_size");
                 }),
            "conv2d: kernel_size is 3x, should be a whole number, or several as 3x5 or 3,5");
  EXPECT_EQ(read("conv2d 1 bias=maybe", [](SpecReader& r) { r.flag("bias"); }),
            "conv2d: bias is maybe, should be true or false");
  EXPECT_EQ(read("conv2d padding_mode=reflct",
                 [](SpecReader& r) {
                   r.word("padding_mode", {"zeros", "reflect"});
                 }),
            "conv2d: unknown padding_mode 'reflct'; did you mean 'reflect'?");
  EXPECT_EQ(read("conv2d stride=nan", [](SpecReader& r) { r.number("stride"); }),
            "conv2d: stride is nan, should be a number");
  EXPECT_EQ(read("conv2d stride=2", [](SpecReader& r) { r.reject("stride", "should be 1 here"); }),
            "conv2d: stride is 2, should be 1 here");
  EXPECT_EQ(read("conv2d 1 bias=true", [](SpecReader& r) { r.integer("out_channels"); }),
            "conv2d: bias=true has no effect here");
}

TEST(SpecLine, ReadingAnUnannouncedKeyIsOurBug) {
  SpecReader r(SpecLine::parse("relu"), {});
  EXPECT_THROW(r.has("inplace"), std::logic_error);
}

TEST(Nearest, DistanceCountsEdits) {
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("dropuot", "dropout"), 1);  // a swap of neighbours is one edit
  EXPECT_EQ(edit_distance("same", "same"), 0);
}

TEST(Nearest, FindsWhatWasMeant) {
  const std::vector<std::string> layers = {"conv1d",     "conv2d",  "linear", "relu",
                                           "max_pool2d", "dropout", "flatten"};
  EXPECT_EQ(nearest_words("Conv2D", layers).front(), "conv2d");
  EXPECT_EQ(nearest_words("maxpool2d", layers).front(), "max_pool2d");
  EXPECT_EQ(nearest_words("max-pool2d", layers).front(), "max_pool2d");
  EXPECT_EQ(nearest_words("flat", layers).front(), "flatten");
  EXPECT_TRUE(nearest_words("attention", layers).empty());
  EXPECT_TRUE(nearest_words("", layers).empty());
  EXPECT_EQ(unknown_word("layer", "lineer", layers),
            "unknown layer 'lineer'; did you mean 'linear'?");
  EXPECT_EQ(unknown_word("layer", "x", {}), "unknown layer 'x'; none is known here");
  EXPECT_LT(unknown_word("layer", std::string(100000, 'a'), layers).size(), 300u);
}

}  // namespace
}  // namespace hebb
