/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "codec/stile-certificate-path.h"
#include "codec/stile-der.h"

/* Reads everything in everything; what is inside lies inside. */
static void
walk (StileDerReader reader)
{
  StileDerElement element;

  while (!stile_der_at_end (&reader) && stile_der_read_any (&reader, &element, NULL))
    {
      g_assert_true (element.begin >= reader.bytes);
      g_assert_true (element.begin + element.size <= reader.bytes + reader.length);
      g_assert_true (element.contents.bytes + element.contents.length <= element.begin + element.size);
      if (element.tag & 0x20)
        walk (element.contents);
    }
}

static void
read_values (const guint8 *data, gsize size, StileDerRules rules)
{
  StileDerReader reader = stile_der_reader (data, size, rules);
  StileDerReader again = reader;
  g_autofree char *oid = stile_der_read_oid (&again, NULL);
  g_autoptr (GBytes) octets = NULL;
  guint number = 0;

  again = reader;
  octets = stile_der_read_octets (&again, NULL);
  if (octets != NULL)
    g_assert_cmpuint (g_bytes_get_size (octets), <=, size);
  again = reader;
  if (stile_der_read_integer (&again, &number, NULL))
    g_assert_cmpuint (number, <=, G_MAXINT16);
}

/* What is DER is BER, too. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GBytes) id = stile_certificate_path_read_idevid_issuer (bytes);
  StileDerReader strict = stile_der_reader (data, size, STILE_DER_STRICT);
  StileDerReader lenient = stile_der_reader (data, size, STILE_DER_BER);
  StileDerElement element;

  walk (strict);
  walk (lenient);
  read_values (data, size, STILE_DER_STRICT);
  read_values (data, size, STILE_DER_BER);
  if (stile_der_read_any (&strict, &element, NULL))
    {
      g_assert_true (stile_der_read_any (&lenient, &element, NULL));
      g_assert_cmpuint (strict.offset, ==, lenient.offset);
    }

  return 0;
}
