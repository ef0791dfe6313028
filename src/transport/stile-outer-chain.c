/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-outer-chain.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What no honest server sends.  Whoever reads such chains with care for nothing but honest ones may never come to an end:
 * glib-networking up to 2.74 follows issuers in a circle (CVE-2026-10028). */

static gboolean
has_nul_in_name (StileCertificate *certificate)
{
  gnutls_x509_crt_t x509 = stile_certificate_get_x509 (certificate);
  guint8 name[256];
  gboolean found = FALSE;
  int r = 0;

  for (unsigned int i = 0;
       i <= STILE_OUTER_CHAIN_MAX_NAMES && r != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE && !found; i++)
    {
      size_t size = sizeof name;
      unsigned int critical;

      r = gnutls_x509_crt_get_subject_alt_name (x509, i, name, &size, &critical);
      found = r == GNUTLS_SAN_DNSNAME && memchr (name, '\0', MIN (size, sizeof name)) != NULL;
      found = found || r == GNUTLS_E_ASN1_EMBEDDED_NULL_IN_STRING;
    }

  return found;
}

static gboolean
has_too_many_names (StileCertificate *certificate)
{
  char name[256];
  size_t size = sizeof name;
  unsigned int critical;

  return gnutls_x509_crt_get_subject_alt_name (stile_certificate_get_x509 (certificate),
                                               STILE_OUTER_CHAIN_MAX_NAMES, name, &size,
                                               &critical) != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
}

/* By name alone: that is all that a careless reader looks at, and it costs nothing. */
static gboolean
names_as_issuer (StileCertificate *certificate, StileCertificate *issuer)
{
  gnutls_datum_t name = { NULL, 0 }, subject = { NULL, 0 };
  gboolean same = gnutls_x509_crt_get_raw_issuer_dn (stile_certificate_get_x509 (certificate), &name) >= 0 &&
                  gnutls_x509_crt_get_raw_dn (stile_certificate_get_x509 (issuer), &subject) >= 0 &&
                  name.size == subject.size && memcmp (name.data, subject.data, name.size) == 0;

  gnutls_free (name.data);
  gnutls_free (subject.data);
  return same;
}

static gint
find_issuer (GPtrArray *chain, guint of)
{
  for (guint i = 0; i < chain->len; i++)
    if (i != of && names_as_issuer (g_ptr_array_index (chain, of), g_ptr_array_index (chain, i)))
      return (gint)i;

  return -1;
}

/* Whoever goes up from the leaf and comes to a certificate twice goes in a circle. */
static gboolean
goes_in_a_circle (GPtrArray *chain)
{
  for (guint start = 0; start < chain->len; start++)
    {
      gint at = (gint)start;
      guint steps = 0;

      while (at >= 0 && steps <= chain->len &&
             !stile_certificate_is_self_issued (g_ptr_array_index (chain, (guint)at)))
        {
          at = find_issuer (chain, (guint)at);
          steps++;
        }
      if (steps > chain->len)
        return TRUE;
    }

  return FALSE;
}

static char *
find_oddity (GPtrArray *chain, guint count, gboolean complete)
{
  if (count > STILE_OUTER_CHAIN_MAX_LENGTH)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "It sends %u certificate; honest servers send two to four.",
                                         "It sends %u certificates; honest servers send two to four.", count),
                            count);
  if (!complete)
    return g_strdup (_ ("It sends a certificate that is none, or is longer than 64 KiB."));
  if (goes_in_a_circle (chain))
    return g_strdup (_ ("Its certificates name each other as their issuers, in a circle."));
  if (chain->len > 0 && has_too_many_names (g_ptr_array_index (chain, 0)))
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Its certificate is for more than %d name.",
                                         "Its certificate is for more than %d names.",
                                         STILE_OUTER_CHAIN_MAX_NAMES),
                            STILE_OUTER_CHAIN_MAX_NAMES);
  if (chain->len > 0 && has_nul_in_name (g_ptr_array_index (chain, 0)))
    return g_strdup (_ ("Its certificate has a name that ends in the middle for careless readers."));

  return NULL;
}

/**
 * stile_outer_chain_read:
 * @sent: what a TLS server showed, leaf first
 * @oddity: (out) (nullable) (transfer full): what is absurd about it, in a sentence; %NULL when nothing is
 *
 * Returns: (transfer full) (element-type StileCertificate): the first of them, up to what does not parse
 */
GPtrArray *
stile_outer_chain_read (const gnutls_datum_t *sent, guint count, char **oddity)
{
  GPtrArray *chain = g_ptr_array_new_with_free_func (g_object_unref);
  guint wanted = MIN (count, STILE_OUTER_CHAIN_MAX_LENGTH);

  for (guint i = 0; i < wanted; i++)
    {
      g_autoptr (GBytes) der = g_bytes_new (sent[i].data, sent[i].size);
      StileCertificate *certificate = stile_certificate_new_from_der (der, NULL);

      if (certificate == NULL)
        break;
      g_ptr_array_add (chain, certificate);
    }

  *oddity = find_oddity (chain, count, chain->len == wanted);
  return chain;
}
