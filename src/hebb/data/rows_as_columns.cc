#include "hebb/data/rows_as_columns.h"

#include <algorithm>

namespace hebb::data {
namespace {

class RowsAsColumns : public Source {
 public:
  RowsAsColumns(std::shared_ptr<const Source> rows, Schema fields)
      : rows_(std::move(rows)), fields_(std::move(fields)) {
    info_ = rows_->info();
  }

  Schema schema() const override {
    Schema out = fields_;
    out.push_back(target_schema());
    return out;
  }

  bool gives_many() const override { return true; }
  void read_records(std::span<const int64_t> indices, Record& record) const override {
    record.values.clear();
    std::vector<double*> columns;
    for (const Field& field : fields_)
      columns.push_back(
          static_cast<double*>(record.add(field.name).make(f64, {}, int64_t(indices.size()))));
    Value row;
    for (size_t i = 0; i < indices.size(); ++i) {
      read_sample(*rows_, indices[i], row);
      for (size_t c = 0; c < columns.size(); ++c)
        columns[c][i] = row.dtype() == f64 ? row.data<double>()[c] : double(row.data<float>()[c]);
    }
  }

  const void* in_memory(int64_t index) const override { return rows_->in_memory(index); }
  void read(int64_t index, void* to) const override { rows_->read(index, to); }
  const double* in_f64(int64_t index) const override { return rows_->in_f64(index); }
  const double* target_in_f64(int64_t index) const override { return rows_->target_in_f64(index); }
  int64_t label(int64_t index) const override { return rows_->label(index); }
  void target(int64_t index, float* to) const override { rows_->target(index, to); }
  std::string sample_name(int64_t index) const override { return rows_->sample_name(index); }
  uint64_t hash() const override { return rows_->hash(); }

 private:
  std::shared_ptr<const Source> rows_;
  Schema fields_;
};

}  // namespace

std::shared_ptr<const Source> rows_as_columns(std::shared_ptr<const Source> rows,
                                              const Schema& fields) {
  const bool numbers = std::all_of(fields.begin(), fields.end(), [](const Field& field) {
    return field.kind == FieldKind::number && field.dtype == f64 && field.shape.empty();
  });
  const Schema given = rows->schema();
  const Field* x = find_field(given, input_field);
  if (!numbers || fields.empty() || !x || x->kind != FieldKind::number || x->dtype != f32 ||
      x->shape != Dims{int64_t(fields.size())})
    return nullptr;
  return std::make_shared<RowsAsColumns>(std::move(rows), fields);
}

}  // namespace hebb::data
