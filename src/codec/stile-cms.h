/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-signature.h"

G_BEGIN_DECLS

StileSignatureMessage *stile_cms_parse (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
