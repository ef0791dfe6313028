/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-bootstrap-step.h"

G_BEGIN_DECLS

void stile_bootstrap_session_begin (GTask *task);
void stile_bootstrap_session_begin_voucher (GTask *task);

G_END_DECLS
