/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <gnutls/x509.h>

G_BEGIN_DECLS

/* Names in one certificate that people are shown; content networks put some hundred into one. */
#define STILE_CERTIFICATE_TEXT_MAX_HOST_NAMES 1024

char *stile_certificate_text_make_presentable (const char *text, gsize length);
char *stile_certificate_text_get_subject (gnutls_x509_crt_t x509);
char *stile_certificate_text_get_issuer (gnutls_x509_crt_t x509);
char *stile_certificate_text_get_subject_name (gnutls_x509_crt_t x509);
char *stile_certificate_text_get_issuer_name (gnutls_x509_crt_t x509);
char *stile_certificate_text_get_organization (gnutls_x509_crt_t x509);
char *stile_certificate_text_get_serial (gnutls_x509_crt_t x509);
char *stile_certificate_text_describe_key (gnutls_x509_crt_t x509);
char **stile_certificate_text_get_host_names (gnutls_x509_crt_t x509);

G_END_DECLS
