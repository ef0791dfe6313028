/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-trust-check.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * Uses a trust store with the code of those that read it: GnuTLS from its library, OpenSSL by its command.  Each
 * function returns why a root is not trusted, or %NULL when all are.
 */

static gnutls_x509_trust_list_t
load (const char *location)
{
  gnutls_x509_trust_list_t list = NULL;

  if (gnutls_x509_trust_list_init (&list, 0) < 0)
    return NULL;
  if (gnutls_x509_trust_list_add_trust_file (list, location, NULL, GNUTLS_X509_FMT_PEM, 0, 0) >= 0)
    return list;

  gnutls_x509_trust_list_deinit (list, 1);
  return NULL;
}

static char *
say_why (StileCertificate *root, unsigned int status)
{
  const char *name = stile_certificate_get_name (root);

  if ((status & GNUTLS_CERT_EXPIRED) != 0)
    return g_strdup_printf (_ ("“%s” is in it, but has expired."), name);
  if ((status & GNUTLS_CERT_NOT_ACTIVATED) != 0)
    return g_strdup_printf (_ ("“%s” is in it, but is not valid yet."), name);
  if ((status & GNUTLS_CERT_INSECURE_ALGORITHM) != 0)
    return g_strdup_printf (_ ("“%s” is in it, but its signature is too weak to be accepted."), name);

  return g_strdup_printf (_ ("“%s” is not trusted by it."), name);
}

/**
 * stile_trust_check_bundle:
 * @location: a file in PEM, or %STILE_TRUST_CHECK_TOKENS
 * @roots: (element-type StileCertificate): what should be trusted
 *
 * Returns: (transfer full) (nullable): why GnuTLS does not trust one of @roots with that, a translated sentence
 */
char *
stile_trust_check_bundle (const char *location, GPtrArray *roots)
{
  gnutls_x509_trust_list_t list = load (location);
  char *why = NULL;

  if (list == NULL)
    return g_strdup_printf (_ ("“%s” cannot be read."), location);

  for (guint i = 0; i < roots->len && why == NULL; i++)
    {
      StileCertificate *root = g_ptr_array_index (roots, i);
      gnutls_x509_crt_t x509 = stile_certificate_get_x509 (root);
      unsigned int status = 0;

      if (gnutls_x509_trust_list_verify_crt (list, &x509, 1, 0, &status, NULL) < 0)
        status = GNUTLS_CERT_INVALID;
      if (status != 0)
        why = say_why (root, status);
    }
  gnutls_x509_trust_list_deinit (list, 1);

  return why;
}

/* "error 20 at 0 depth lookup: unable to get local issuer certificate" */
static char *
find_reason (const char *output)
{
  const char *found = output != NULL ? strstr (output, "lookup:") : NULL;
  const char *begin = found != NULL ? found + strlen ("lookup:") : "";
  g_autofree char *line = g_strndup (begin, strcspn (begin, "\n"));

  return g_strdup (g_strstrip (line));
}

static char *
ask_openssl (const char *directory, StileCertificate *root)
{
  g_autofree char *pem = stile_certificate_to_pem (root);
  g_autofree char *output = NULL;
  g_autofree char *reason = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE,
      &error, "openssl", "verify", "-no-CAfile", "-no-CAstore", "-CApath", directory, NULL);

  if (process == NULL || !g_subprocess_communicate_utf8 (process, pem, NULL, &output, NULL, &error))
    return g_strdup_printf (_ ("It could not be tried out: %s"), error->message);
  if (g_subprocess_get_successful (process))
    return NULL;

  reason = find_reason (output);
  return g_strdup_printf (_ ("“%s” is not trusted by it: %s."), stile_certificate_get_name (root), reason);
}

/**
 * stile_trust_check_openssl:
 * @directory: certificates, named by the hashes of their subjects
 * @roots: (element-type StileCertificate): what should be trusted
 *
 * Returns: (transfer full) (nullable): why OpenSSL does not trust one of @roots with that, a translated sentence
 */
char *
stile_trust_check_openssl (const char *directory, GPtrArray *roots)
{
  char *why = NULL;

  for (guint i = 0; i < roots->len && why == NULL; i++)
    why = ask_openssl (directory, g_ptr_array_index (roots, i));

  return why;
}
