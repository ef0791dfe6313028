/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A larger picture is no camera's that somebody holds a label before. */
#define STILE_CODE_FRAME_MAX_SIDE 8191

GPtrArray *stile_code_frame_read (const guint8 *grey, guint width, guint height, guint stride);

G_END_DECLS
