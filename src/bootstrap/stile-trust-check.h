/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/* Where GnuTLS asks p11-kit's tokens instead of reading a file. */
#define STILE_TRUST_CHECK_TOKENS "pkcs11:"

char *stile_trust_check_bundle (const char *location, GPtrArray *roots);
char *stile_trust_check_openssl (const char *directory, GPtrArray *roots);

G_END_DECLS
