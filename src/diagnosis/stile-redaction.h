/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GVariant *stile_redaction_apply (GVariant *document);
GPtrArray *stile_redaction_list (GVariant *document);

G_END_DECLS
