/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _StileHttpPause StileHttpPause;

StileHttpPause *stile_http_pause_new (SoupServerMessage *message);
void stile_http_pause_free (StileHttpPause *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StileHttpPause, stile_http_pause_free)

G_END_DECLS
