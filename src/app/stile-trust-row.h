/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bootstrap/stile-trust-result.h"

G_BEGIN_DECLS

GtkWidget *stile_trust_row_new (StileTrustResult *result);

G_END_DECLS
