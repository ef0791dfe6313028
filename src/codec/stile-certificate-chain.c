/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-certificate-chain.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/* Names that a message lists. */
#define MAX_LISTED 3

/* What GnuTLS said no to, in the words for people. */
typedef struct
{
  GPtrArray *chain;
  GPtrArray *anchors;
  const char *host;
} Question;

/* Every certificate that signatures lead to from the leaf, each once: certificates that sign one another in a circle
 * do not keep us here, and a non-authority leads nowhere. */
static GPtrArray *
follow (GPtrArray *chain)
{
  GPtrArray *reached = g_ptr_array_new ();
  guint count = MIN (chain->len, STILE_CERTIFICATE_CHAIN_MAX_LENGTH);

  if (count > 0)
    g_ptr_array_add (reached, g_ptr_array_index (chain, 0));
  for (guint i = 0; i < reached->len; i++)
    for (guint j = 1; j < count; j++)
      {
        StileCertificate *issuer = g_ptr_array_index (chain, j);

        if (stile_certificate_is_authority (issuer) && !g_ptr_array_find (reached, issuer, NULL) &&
            stile_certificate_is_issued_by (g_ptr_array_index (reached, i), issuer))
          g_ptr_array_add (reached, issuer);
      }

  return reached;
}

static StileCertificate *
find_anchor_of (StileCertificate *certificate, GPtrArray *anchors)
{
  for (guint i = 0; i < anchors->len; i++)
    {
      StileCertificate *anchor = g_ptr_array_index (anchors, i);

      if (stile_certificate_equal (certificate, anchor) ||
          (stile_certificate_is_authority (anchor) && stile_certificate_is_issued_by (certificate, anchor)))
        return anchor;
    }

  return NULL;
}

/**
 * stile_certificate_chain_find_anchor:
 * @chain: (element-type StileCertificate): leaf first; the leaf alone will do
 * @anchors: (element-type StileCertificate): authorities that are known
 *
 * Follows signatures, whatever the dates, and only through authorities.  That a copy of an anchor lies in @chain proves
 * nothing.  Looks at the first 16 certificates.
 *
 * Returns: (transfer full) (nullable): the anchor that the leaf leads to, or %NULL
 */
StileCertificate *
stile_certificate_chain_find_anchor (GPtrArray *chain, GPtrArray *anchors)
{
  g_autoptr (GPtrArray) reached = follow (chain);

  for (guint i = 0; i < reached->len; i++)
    {
      StileCertificate *anchor = find_anchor_of (g_ptr_array_index (reached, i), anchors);

      if (anchor != NULL)
        return g_object_ref (anchor);
    }

  return NULL;
}

static char *
explain_signer (const Question *question)
{
  g_autoptr (GPtrArray) reached = follow (question->chain);
  StileCertificate *leaf = g_ptr_array_index (reached, 0);
  StileCertificate *last = g_ptr_array_index (reached, reached->len - 1);

  if (reached->len == 1 && stile_certificate_is_self_issued (leaf))
    return g_strdup_printf (_ ("“%s” is signed by itself and is not trusted"),
                            stile_certificate_get_name (leaf));

  return g_strdup_printf (reached->len == 1 ? _ ("“%s” is signed by “%s”, which is not a trusted authority")
                                            : _ ("“%s” leads to “%s”, which is not a trusted authority"),
                          stile_certificate_get_name (leaf), stile_certificate_get_issuer_name (last));
}

static char *
explain_signature (const Question *question)
{
  StileCertificate *leaf = g_ptr_array_index (question->chain, 0);

  return g_strdup_printf (_ ("“%s” claims to be signed by “%s”, but a signature does not hold"),
                          stile_certificate_get_name (leaf), stile_certificate_get_issuer_name (leaf));
}

static char *
explain_non_authority (const Question *question)
{
  StileCertificate *leaf = g_ptr_array_index (question->chain, 0);

  return g_strdup_printf (_ ("“%s” is signed by a certificate that may not issue others"),
                          stile_certificate_get_name (leaf));
}

static char *
explain_algorithm (const Question *question)
{
  StileCertificate *leaf = g_ptr_array_index (question->chain, 0);

  return g_strdup_printf (_ ("“%s” or an authority above it is signed with an algorithm that is broken"),
                          stile_certificate_get_name (leaf));
}

/* The first certificate on the way up whose dates do not hold, the anchor included. */
static StileCertificate *
find_out_of_date (const Question *question, gint64 now)
{
  g_autoptr (StileCertificate) anchor =
      stile_certificate_chain_find_anchor (question->chain, question->anchors);
  g_autoptr (GPtrArray) reached = follow (question->chain);

  for (guint i = 0; i < reached->len; i++)
    if (!stile_certificate_is_valid_at (g_ptr_array_index (reached, i), now))
      return g_object_ref (g_ptr_array_index (reached, i));

  return anchor != NULL && !stile_certificate_is_valid_at (anchor, now) ? g_steal_pointer (&anchor) : NULL;
}

static char *
explain_dates (const Question *question)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (StileCertificate) certificate = find_out_of_date (question, now);
  gboolean early;
  GDateTime *date;
  g_autofree char *text = NULL;

  if (certificate == NULL)
    return g_strdup (_ ("The certificate is not valid today"));

  early = now < g_date_time_to_unix (stile_certificate_get_not_before (certificate));
  date =
      early ? stile_certificate_get_not_before (certificate) : stile_certificate_get_not_after (certificate);
  text = g_date_time_format (date, "%Y-%m-%d %H:%M UTC");

  return g_strdup_printf (early ? _ ("“%s” is not valid before %s") : _ ("“%s” has expired on %s"),
                          stile_certificate_get_name (certificate), text);
}

static char *
list_names (StileCertificate *leaf)
{
  g_auto (GStrv) names = stile_certificate_get_host_names (leaf);
  guint count = g_strv_length (names);
  g_autofree char *listed = NULL;

  if (count == 0)
    return g_strdup (stile_certificate_get_name (leaf));

  for (guint i = MAX_LISTED; i < count; i++)
    g_clear_pointer (&names[i], g_free);
  listed = g_strjoinv (", ", names);

  return count > MAX_LISTED ? g_strconcat (listed, ", …", NULL) : g_steal_pointer (&listed);
}

static char *
explain_name (const Question *question)
{
  g_autofree char *names = list_names (g_ptr_array_index (question->chain, 0));

  return g_strdup_printf (_ ("The certificate is for %s, not for %s"), names, question->host);
}

/**
 * stile_certificate_chain_explain:
 * @chain: (element-type StileCertificate): leaf first, at least one
 * @anchors: (element-type StileCertificate): the authorities that are trusted
 * @host: (nullable): the name that was asked for
 * @status: what GnuTLS found, of #gnutls_certificate_status_t
 *
 * Returns: (transfer full): a translated sentence for people, about the weightiest of what was found
 */
char *
stile_certificate_chain_explain (GPtrArray *chain, GPtrArray *anchors, const char *host, unsigned int status)
{
  const Question question = { chain, anchors, host };
  /* In the order in which one matters more than the next. */
  static const struct
  {
    unsigned int flags;
    char *(*explain) (const Question *question);
  } table[] = {
    { GNUTLS_CERT_SIGNER_NOT_FOUND, explain_signer },
    { GNUTLS_CERT_SIGNER_NOT_CA, explain_non_authority },
    { GNUTLS_CERT_SIGNATURE_FAILURE, explain_signature },
    { GNUTLS_CERT_INSECURE_ALGORITHM, explain_algorithm },
    { GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED, explain_dates },
    { GNUTLS_CERT_UNEXPECTED_OWNER, explain_name },
  };
  gnutls_datum_t text = { NULL, 0 };
  char *explanation;

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (status & table[i].flags)
      return table[i].explain (&question);

  gnutls_certificate_verification_status_print (status, GNUTLS_CRT_X509, &text, 0);
  explanation = g_strdup (text.data != NULL ? (const char *)text.data : _ ("The certificate does not hold"));
  gnutls_free (text.data);
  return explanation;
}
