#include "hebb/data/download.h"

#define CURL_DISABLE_TYPECHECK  // its macros want the library's own functions; ours are pointers
#include <curl/curl.h>
#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "hebb/base/check.h"
#include "hebb/base/file.h"

namespace hebb::data {
namespace {

// The few functions of libcurl that are used, found in the library at run time. It stays open until
// the program ends.
struct Curl {
  decltype(&curl_global_init) global_init = nullptr;
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_setopt) easy_setopt = nullptr;
  decltype(&curl_easy_perform) easy_perform = nullptr;
  decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;

  static const Curl& get() {
    static const Curl curl;  // an Error leaves it unmade, so the next call tries again
    return curl;
  }

 private:
  Curl() {
    void* library = nullptr;
    for (const char* name : {"libcurl.so.4", "libcurl-gnutls.so.4"})
      if (!library)
        library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
    check_in(library, ErrorKind::io, "download",
             "libcurl.so.4 is not on this machine; Debian has it in the package libcurl4");
    const auto find = [library](auto& function, const char* name) {
      function =
          reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
      check_in(function, ErrorKind::io, "download", "libcurl has no {}", name);
    };
    find(global_init, "curl_global_init");
    find(easy_init, "curl_easy_init");
    find(easy_setopt, "curl_easy_setopt");
    find(easy_perform, "curl_easy_perform");
    find(easy_getinfo, "curl_easy_getinfo");
    find(easy_strerror, "curl_easy_strerror");
    find(easy_cleanup, "curl_easy_cleanup");
    check_in(global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, ErrorKind::io, "download",
             "libcurl cannot be started");
  }
};

// A file that goes away unless it is kept.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& target) {
    remove_abandoned(target);  // of downloads that were killed
    for (int tries = 0; !file_ && tries < 1000; ++tries) {
      path_ = name_beside(target);
      file_ = std::fopen(path_.c_str(),
                         "wbx");  // never through a link, never into a file that is there
      if (!file_ && errno != EEXIST)
        break;
    }
    check_in(file_, ErrorKind::io, target.string(), "cannot be written: {}", std::strerror(errno));
  }
  ~TemporaryFile() {
    if (file_)
      std::fclose(file_);
    if (!kept_)
      ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  bool write(const void* bytes, size_t n) { return std::fwrite(bytes, 1, n, file_) == n; }
  bool finish() {
    const bool synced = std::fflush(file_) == 0 && ::fsync(::fileno(file_)) == 0;
    const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
    return synced && closed;
  }
  bool move_to(const fs::path& to) { return kept_ = ::rename(path_.c_str(), to.c_str()) == 0; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
  std::FILE* file_ = nullptr;
  bool kept_ = false;
};

// Folders that are not there yet; those that hold nothing at the end go again, so that a failure
// leaves none behind.
class FoldersFor {
 public:
  explicit FoldersFor(const fs::path& file) {
    std::error_code error;
    for (fs::path folder = file.parent_path(); !folder.empty() && !fs::exists(folder, error);
         folder = folder.parent_path())
      made_.push_back(folder);
    if (file.has_parent_path())
      make_folders(file.parent_path());
  }
  ~FoldersFor() {
    std::error_code ignored;
    for (const fs::path& folder : made_)
      fs::remove(folder, ignored);  // the innermost first; one that holds something stays
  }
  FoldersFor(const FoldersFor&) = delete;
  FoldersFor& operator=(const FoldersFor&) = delete;

 private:
  std::vector<fs::path> made_;
};

struct Transfer {
  TemporaryFile& file;
  const DownloadOptions& options;
  uint64_t bytes = 0;
  bool too_large = false, write_failed = false, stopped = false;
  int write_errno = 0;
};

size_t receive(char* bytes, size_t size, size_t count, void* user) {
  Transfer& t = *static_cast<Transfer*>(user);
  t.bytes += size * count;
  t.too_large = t.bytes > t.options.max_bytes;
  if (t.too_large)
    return 0;
  if (t.file.write(bytes, size * count))
    return size * count;
  t.write_failed = true;
  t.write_errno = errno;
  return 0;
}

int report(void* user, curl_off_t total, curl_off_t done, curl_off_t, curl_off_t) {
  Transfer& t = *static_cast<Transfer*>(user);
  t.stopped = t.options.progress && !t.options.progress(uint64_t(done), uint64_t(total));
  return t.stopped;
}

}  // namespace

void download(const std::string& url, const fs::path& to,
              const std::function<void(const fs::path&)>& verify, const DownloadOptions& options) {
  const Curl& curl = Curl::get();
  const FoldersFor folders(to);
  TemporaryFile file(to);
  Transfer transfer{file, options};
  const std::unique_ptr<CURL, decltype(curl.easy_cleanup)> handle(curl.easy_init(),
                                                                  curl.easy_cleanup);
  check_in(handle != nullptr, ErrorKind::io, "download", "libcurl cannot be started");
  char reason[CURL_ERROR_SIZE] = "";
  const char* protocols = options.allow_http ? "https,http" : "https";
  const auto set = [&](CURLoption option, auto value) {
    return curl.easy_setopt(handle.get(), option, value);
  };
  set(CURLOPT_URL, url.c_str());
  for (CURLoption option : {CURLOPT_PROTOCOLS_STR, CURLOPT_REDIR_PROTOCOLS_STR})
    check_in(set(option, protocols) == CURLE_OK, ErrorKind::io, "download",
             "this libcurl cannot be kept to {}; 7.85 or later can", protocols);
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, 5L);
  set(CURLOPT_FAILONERROR, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, long(options.connect_seconds));
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, long(options.stall_seconds));
  set(CURLOPT_USERAGENT, "hebb");
  set(CURLOPT_ERRORBUFFER, reason);
  set(CURLOPT_WRITEFUNCTION, receive);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_XFERINFOFUNCTION, report);
  set(CURLOPT_XFERINFODATA, &transfer);
  set(CURLOPT_NOPROGRESS, 0L);
  const CURLcode status = curl.easy_perform(handle.get());

  check_in(!transfer.stopped, ErrorKind::interrupted, url, "the download was stopped");
  check_in(!transfer.too_large, ErrorKind::io, url,
           "is larger than the {} bytes that are accepted here", options.max_bytes);
  check_in(!transfer.write_failed, ErrorKind::io, to.string(), "cannot be written: {}",
           std::strerror(transfer.write_errno));
  if (status != CURLE_OK) {
    const bool certificate =
        status == CURLE_PEER_FAILED_VERIFICATION || status == CURLE_SSL_CACERT_BADFILE;
    fail(ErrorKind::io, url, "cannot be downloaded: {}{}",
         reason[0] ? reason : curl.easy_strerror(status),
         certificate ? " (the package ca-certificates may be missing)" : "");
  }
  check_in(file.finish(), ErrorKind::io, to.string(), "cannot be written: {}",
           std::strerror(errno));
  if (verify)
    verify(file.path());
  check_in(file.move_to(to), ErrorKind::io, to.string(), "cannot be written: {}",
           std::strerror(errno));
  sync_folder(to.has_parent_path() ? to.parent_path() : ".");
}

}  // namespace hebb::data
