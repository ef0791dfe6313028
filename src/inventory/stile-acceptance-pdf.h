/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "inventory/stile-acceptance.h"

G_BEGIN_DECLS

GBytes *stile_acceptance_pdf_make (StileAcceptance *report, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
