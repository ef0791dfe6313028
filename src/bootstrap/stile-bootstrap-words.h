/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-bootstrap.h"

G_BEGIN_DECLS

const char *stile_bootstrap_words_get_title (StileBootstrapStep step);
const char *stile_bootstrap_words_get_name (StileBootstrapStep step);
char *stile_bootstrap_words_describe (StileBootstrap *job, StileBootstrapStep step);
char *stile_bootstrap_words_describe_path (StileBootstrap *job);
char *stile_bootstrap_words_warn (StileBootstrap *job, StileBootstrapStep step);

G_END_DECLS
