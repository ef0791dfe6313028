/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-bootstrap-step.h"

G_BEGIN_DECLS

void stile_bootstrap_enrol_begin (GTask *task);

G_END_DECLS
