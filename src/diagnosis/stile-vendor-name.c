/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-vendor-name.h"

#include <gnutls/x509.h>
#include <string.h>

#include "atls/stile-observation.h"
#include "codec/stile-der.h"

/* A name may have several parts of one kind; more than these are not looked at. */
#define MAX_PARTS 8

/* Tag of a BMPString (X.690): UTF-16, as old Windows software writes names. */
#define BMP_STRING 0x1e

static const struct
{
  const char *field;
  const char *oid;
} parts[STILE_VENDOR_NAME_N_PARTS] = {
  { "CN", GNUTLS_OID_X520_COMMON_NAME },
  { "O", GNUTLS_OID_X520_ORGANIZATION_NAME },
  { "OU", GNUTLS_OID_X520_ORGANIZATIONAL_UNIT_NAME },
  { "E", GNUTLS_OID_PKCS9_EMAIL },
};

static void
name_free (gpointer data)
{
  StileVendorName *name = data;

  for (gsize i = 0; i < STILE_VENDOR_NAME_N_PARTS; i++)
    g_ptr_array_unref (name->values[i]);
  g_free (name);
}

/**
 * stile_vendor_name_get_part:
 *
 * Returns: (transfer none): what the part is called: CN, O, OU or E
 */
const char *
stile_vendor_name_get_part (gsize index)
{
  return parts[index].field;
}

/**
 * stile_vendor_name_find_part:
 *
 * Returns: whether there is a part of that name
 */
gboolean
stile_vendor_name_find_part (const char *field, gsize *index)
{
  for (*index = 0; *index < STILE_VENDOR_NAME_N_PARTS; (*index)++)
    if (strcmp (parts[*index].field, field) == 0)
      return TRUE;

  return FALSE;
}

/* Returns: (transfer full) (nullable): the text of a DER string, when it is short enough to be a name. */
static char *
read_string (const guint8 *der, gsize length)
{
  StileDerReader reader = stile_der_reader (der, length, STILE_DER_BER);
  StileDerElement element;
  const char *begin;
  gsize size;

  if (!stile_der_read_any (&reader, &element, NULL))
    return NULL;

  begin = (const char *)element.contents.bytes + element.contents.offset;
  size = element.contents.length - element.contents.offset;
  if (element.tag == BMP_STRING)
    return g_convert (begin, (gssize)size, "UTF-8", "UTF-16BE", NULL, NULL, NULL);

  return g_utf8_make_valid (begin, (gssize)size);
}

static void
collect_part (gnutls_x509_crt_t x509, const char *oid, GPtrArray *values)
{
  for (unsigned int i = 0; i < MAX_PARTS; i++)
    {
      guint8 der[4 * STILE_VENDOR_NAME_MAX_LENGTH];
      size_t size = sizeof der;
      int r = gnutls_x509_crt_get_issuer_dn_by_oid (x509, oid, i, 1, der, &size);
      g_autofree char *text = NULL;

      if (r == GNUTLS_E_SHORT_MEMORY_BUFFER)
        continue;
      if (r < 0)
        return;
      text = read_string (der, size);
      if (text != NULL && strlen (text) <= STILE_VENDOR_NAME_MAX_LENGTH)
        g_ptr_array_add (values, g_steal_pointer (&text));
    }
}

/**
 * stile_vendor_name_collect:
 * @chain: (nullable) (element-type StileCertificate): from anybody
 *
 * Returns: (transfer full) (element-type StileVendorName): the issuers' names in it, for stile_vendor_entry_match_names()
 */
GPtrArray *
stile_vendor_name_collect (GPtrArray *chain)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (name_free);

  for (guint i = 0; chain != NULL && i < chain->len && i < STILE_OBSERVATION_MAX_CHAIN; i++)
    {
      StileVendorName *name = g_new0 (StileVendorName, 1);

      for (gsize j = 0; j < STILE_VENDOR_NAME_N_PARTS; j++)
        {
          name->values[j] = g_ptr_array_new_with_free_func (g_free);
          collect_part (stile_certificate_get_x509 (g_ptr_array_index (chain, i)), parts[j].oid,
                        name->values[j]);
        }
      g_ptr_array_add (names, name);
    }

  return names;
}
