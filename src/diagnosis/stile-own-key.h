/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-sighting.h"

G_BEGIN_DECLS

StileYesNo stile_own_key_check (StileCertificate *leaf);

G_END_DECLS
