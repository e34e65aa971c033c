// The name of a type as a reader knows it: "Linear" of hebb::nn::Linear.
#pragma once

#include <string>
#include <typeinfo>

namespace hebb {

std::string type_name(const std::type_info& type);  // without its namespaces

}  // namespace hebb
