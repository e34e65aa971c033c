// Data: everything a program needs to get batches.
#pragma once

#include "hebb/data/dataset.h"
#include "hebb/data/dataset_stats.h"
#include "hebb/data/image_folder.h"
#include "hebb/data/loader.h"
#include "hebb/data/open.h"
#include "hebb/data/sampler.h"
#include "hebb/data/splits.h"
#include "hebb/data/table.h"
#include "hebb/data/tensors.h"
