// Downloads over HTTPS. libcurl is opened on first use, so that the program starts without it and
// runs where it is missing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace hebb::data {

struct DownloadOptions {
  uint64_t max_bytes = uint64_t(1) << 30;
  int connect_seconds = 15;  // until a connection stands
  int stall_seconds = 30;    // without a byte, until it is given up
  bool allow_http = false;   // also without TLS
  std::function<bool(uint64_t done, uint64_t total)>
      progress;  // bytes; total 0 when not known; false stops the download
};

// Writes beside `to`, lets `verify` look at what came (it throws when it is not what was expected),
// and renames. Errors of kind io name the address or the file: no libcurl, no network, another
// status than 200, too large, disk full; `to` is then untouched.
void download(const std::string& url, const std::filesystem::path& to,
              const std::function<void(const std::filesystem::path&)>& verify,
              const DownloadOptions& options = {});

}  // namespace hebb::data
