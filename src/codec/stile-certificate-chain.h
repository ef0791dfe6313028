/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/* Certificates of a chain that are looked at.  GnuTLS itself stops at 16; honest chains have two to four. */
#define STILE_CERTIFICATE_CHAIN_MAX_LENGTH 16

StileCertificate *stile_certificate_chain_find_anchor (GPtrArray *chain, GPtrArray *anchors);
char *
stile_certificate_chain_explain (GPtrArray *chain, GPtrArray *anchors, const char *host, unsigned int status);

G_END_DECLS
