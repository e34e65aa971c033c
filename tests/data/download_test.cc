// Downloads from a server of our own, and the known data sets' files.
#include "hebb/data/download.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "hebb/base/error.h"
#include "hebb/base/file.h"
#include "hebb/base/sha256.h"
#include "hebb/data/known_sets.h"
#include "support/temp_folder.h"

namespace hebb::data {
namespace {

// The least of an HTTP server: one connection after the other, one answer each.
class Server {
 public:
  Server() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, 4), 0);
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    base_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  std::string url(const std::string& path) const { return base_ + path; }

 private:
  void serve() {
    while (true) {
      const int client = ::accept(socket_, nullptr, nullptr);
      if (client < 0)
        return;
      std::string request;
      char buffer[1024];
      while (request.find("\r\n\r\n") == std::string::npos) {
        const ssize_t n = ::recv(client, buffer, sizeof buffer, 0);
        if (n <= 0)
          break;
        request.append(buffer, size_t(n));
      }
      const std::string path = request.substr(4, request.find(' ', 4) - 4);
      std::string answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
      if (path == "/ok")
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
      if (path == "/moved")
        answer = "HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n";
      if (path == "/large")
        answer = "HTTP/1.1 200 OK\r\n\r\n", answer.append(50000, 'x');
      if (path == "/short")
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello";
      ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
      if (path == "/stall")
        ::recv(client, buffer, 1, 0);  // until the client gives up
      ::close(client);
    }
  }

  int socket_;
  std::string base_;
  std::thread thread_;
};

class Download : public TempFolder {
 protected:
  void SetUp() override {
    TempFolder::SetUp();
    for (const char* name :
         {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy", "HTTPS_PROXY"})
      ::unsetenv(name);
    options_.allow_http = true;
  }

  std::string message_of(const std::string& path,
                         const std::function<void(const fs::path&)>& verify = {}) {
    std::string message = "no error";
    try {
      download(server_.url(path), folder_ / "file", verify, options_);
    } catch (const Error& e) {
      message = e.what();
      EXPECT_TRUE(fs::is_empty(folder_)) << message;
    }
    return message;
  }

  Server server_;
  DownloadOptions options_;
};

TEST_F(Download, WritesTheFileAndTellsProgress) {
  uint64_t seen = 0;
  options_.progress = [&](uint64_t done, uint64_t) { return seen = std::max(seen, done), true; };
  std::string verified;
  download(
      server_.url("/ok"), folder_ / "new" / "file",
      [&](const fs::path& path) { verified = read_file(path); }, options_);
  EXPECT_EQ(read_file(folder_ / "new" / "file"), "hello");
  EXPECT_EQ(verified, "hello");
  EXPECT_EQ(seen, 5u);
  download(server_.url("/moved"), folder_ / "moved", {}, options_);
  EXPECT_EQ(read_file(folder_ / "moved"), "hello");
}

TEST_F(Download, FailuresSayWhyAndLeaveNothing) {
  EXPECT_NE(message_of("/missing")
                .find("/missing: cannot be downloaded: The requested URL returned error: 404"),
            std::string::npos);
  EXPECT_NE(message_of("/short").find("/short: cannot be downloaded: "), std::string::npos);
  EXPECT_EQ(message_of("/ok", [](const fs::path&) { throw Error(ErrorKind::data, "x", "wrong"); }),
            "x: wrong");
  options_.max_bytes = 1000;
  EXPECT_NE(
      message_of("/large").find("/large: is larger than the 1000 bytes that are accepted here"),
      std::string::npos);
  options_.progress = [](uint64_t, uint64_t) { return false; };
  EXPECT_NE(message_of("/ok").find("the download was stopped"), std::string::npos);
}

TEST_F(Download, ClearsAwayWhatKilledDownloadsLeft) {
  const auto left_by = [&](pid_t process) {
    return folder_ / ("file.tmp" + std::to_string(process) + "-0");
  };
  const pid_t child = ::fork();
  if (child == 0)
    ::_exit(0);
  ::waitpid(child, nullptr, 0);  // a number of a process that is gone
  for (const fs::path& path :
       {left_by(child), left_by(::getppid()), folder_ / "file.tmp", folder_ / "file.part"})
    write_file_atomic(path, "half");
  fs::last_write_time(left_by(child), fs::file_time_type::clock::now() - std::chrono::hours(2));
  fs::last_write_time(left_by(::getppid()),
                      fs::file_time_type::clock::now() - std::chrono::hours(2));
  write_file_atomic(folder_ / ("file.tmp" + std::to_string(child) + "-1"),
                    "new");  // the number may be one of another machine
  download(server_.url("/ok"), folder_ / "file", {}, options_);
  EXPECT_FALSE(fs::exists(left_by(child)));
  EXPECT_TRUE(fs::exists(left_by(::getppid())));  // of a process that runs
  EXPECT_TRUE(fs::exists(folder_ / ("file.tmp" + std::to_string(child) + "-1")));
  EXPECT_TRUE(fs::exists(folder_ / "file.tmp") && fs::exists(folder_ / "file.part"));
}

TEST_F(Download, GivesUpOnAServerThatSendsNothing) {
  options_.stall_seconds = 1;
  EXPECT_NE(message_of("/stall").find("/stall: cannot be downloaded: "), std::string::npos);
}

TEST_F(Download, OnlyHttpsUnlessAllowed) {
  options_.allow_http = false;
  EXPECT_NE(message_of("/ok").find("cannot be downloaded: Protocol \"http\""), std::string::npos);
}

TEST_F(Download, AFailureLeavesTheOldFile) {
  write_file_atomic(folder_ / "file", "old");
  EXPECT_THROW(download(server_.url("/missing"), folder_ / "file", {}, options_), Error);
  EXPECT_EQ(read_file(folder_ / "file"), "old");
}

TEST_F(Download, KnownFilesAreFoundInEveryLayout) {
  const KnownSet& set = *find_known_set("fashion-mnist");
  EXPECT_EQ(find_known_set("fashion"), nullptr);
  EXPECT_EQ(find_known_file(set, set.test_labels, {folder_}), std::nullopt);
  for (const char* place :
       {"FashionMNIST/raw/t10k-labels-idx1-ubyte", "fashion-mnist/t10k-labels-idx1-ubyte.gz"}) {
    fs::create_directories((folder_ / place).parent_path());
    write_file_atomic(folder_ / place, "x");
    EXPECT_EQ(find_known_file(set, set.test_labels, {"/no/such/folder", folder_}),
              folder_ / place);  // the later one is preferred
    EXPECT_EQ(get_known_file(set, set.test_labels, folder_), folder_ / place);
  }
}

TEST_F(Download, KnownFilesAreVerifiedUnpacked) {
  const std::string sum = sha256_hex("hello");
  const KnownFile hello{"hello", 5, sum}, longer{"longer", 6, sum};
  write_file_atomic(folder_ / "plain", "hello");
  EXPECT_NO_THROW(verify_known_file(hello, folder_ / "plain"));
  EXPECT_THROW(verify_known_file(longer, folder_ / "plain"), Error);
  write_file_atomic(folder_ / "plain", "hellu");
  EXPECT_THROW(verify_known_file(hello, folder_ / "plain"), Error);
  const char gz[] =
      "\x1f\x8b\x08\0\0\0\0\0\0\x03\x01\x05\0\xfa\xffhello\x86\xa6\x10\x36\x05\0\0\0";  // one
                                                                                        // stored
                                                                                        // block
  write_file_atomic(folder_ / "packed", std::string(gz, sizeof gz - 1));
  EXPECT_NO_THROW(verify_known_file(hello, folder_ / "packed"));
}

TEST_F(Download, AKnownSetThatIsNowhereSaysWhereItWasSought) {
  KnownSet set = *find_known_set("mnist");
  set.urls = {"https://127.0.0.1:1/"};  // nobody listens there
  ::setenv("HEBB_DATA", (folder_ / "elsewhere").c_str(), 1);
  try {
    get_known_file(set, {"no-such-file", 10, ""}, folder_ / "here");
    ADD_FAILURE() << "found a file that does not exist";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::io);
    EXPECT_NE(e.message().find((folder_ / "here" / "mnist").string()), std::string::npos);
    EXPECT_EQ(e.message().find("elsewhere"),
              std::string::npos);  // the folder that was named replaces the others
    EXPECT_NE(e.details().find("https://127.0.0.1:1/no-such-file.gz: cannot be downloaded"),
              std::string::npos);
  }
  ::unsetenv("HEBB_DATA");
}

TEST_F(Download,
       ASetThatIsThereInPartIsCompletedThere) {  // a file of another folder may be of another set
  KnownSet set = *find_known_set("mnist");
  set.urls = {"https://127.0.0.1:1/"};  // nobody listens there
  const fs::path begun = folder_ / "first" / "mnist", other = folder_ / "second" / "mnist";
  for (const fs::path& folder : {begun, other})
    fs::create_directories(folder);
  write_file_atomic(begun / "t10k-labels-idx1-ubyte", "x");
  write_file_atomic(other / "t10k-images-idx3-ubyte", "x");
  EXPECT_EQ(find_known_file(set, set.test_images, {folder_ / "first", folder_ / "second"}),
            std::nullopt);
  EXPECT_EQ(find_known_file(set, set.test_images, {folder_ / "second", folder_ / "first"}),
            other / "t10k-images-idx3-ubyte");
  ::setenv("HEBB_DATA", (folder_ / "first").c_str(), 1);
  ::setenv("XDG_CACHE_HOME", (folder_ / "second").c_str(), 1);
  try {
    get_known_file(set, set.test_images);
    ADD_FAILURE() << "took a file of another set";
  } catch (const Error& e) {
    EXPECT_NE(
        e.message().find("is not in " + begun.string() + ", which holds other files of the set"),
        std::string::npos)
        << e.what();
  }
  ::unsetenv("HEBB_DATA");
  ::unsetenv("XDG_CACHE_HOME");
}

TEST(DataFolders, TheOneGivenElseEnvironmentThenHereThenCache) {
  ::setenv("HEBB_DATA", "/env", 1);
  ::setenv("XDG_CACHE_HOME", "/cache", 1);
  EXPECT_EQ(data_folders("/given"), (std::vector<fs::path>{"/given"}));
  EXPECT_EQ(data_folders(), (std::vector<fs::path>{"/env", "data", "/cache/hebb/data"}));
  EXPECT_EQ(download_folder("/given"), "/given");
  EXPECT_EQ(download_folder(), "/env");
  ::unsetenv("HEBB_DATA");
  EXPECT_EQ(data_folders(), (std::vector<fs::path>{"data", "/cache/hebb/data"}));
  EXPECT_EQ(download_folder(), "/cache/hebb/data");
  ::unsetenv("XDG_CACHE_HOME");
}

}  // namespace
}  // namespace hebb::data
