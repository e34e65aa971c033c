// The library of CPU kernels and the library that opens it belong to one build.

#include <gtest/gtest.h>

#include "hebb/base/error.h"
#include "hebb/kernels/cpu_library.h"
#include "hebb/kernels/cpu_table.h"
#include "support/message_of.h"

namespace hebb {
namespace {

TEST(CpuLibrary, OfAnotherBuildIsRefused) {
  const cpu::KernelTable& own = cpu::library();
  EXPECT_EQ(message_of([&] { cpu::check_same_build(own, "lib.so"); }), "no error");
  cpu::KernelTable longer = own, other = own, older = own;
  longer.size += sizeof(Prepare);
  other.layout ^= 1;
  older.layout = cpu::layout_of("0.0.9");
  for (const cpu::KernelTable& table : {longer, other, older})
    EXPECT_EQ(message_of([&] {
                cpu::check_same_build(table, "lib.so");
              }).find("lib.so: belongs to another build of hebb"),
              0);
}

}  // namespace
}  // namespace hebb
