/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "codec/stile-client-hello.h"

/* JA4 has its length, whatever is offered: "t13d1516h2_8daaf6152771_b186095e22b6". */
#define JA4_LENGTH 36

/* It waits for more than is there, or for nothing; what is whole stays the same with more behind it. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  gsize wanted, again_wanted;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileClientHello) hello = stile_client_hello_parse (data, size, &wanted, &error);
  g_autoptr (StileClientHello) again = NULL;
  g_autofree guint8 *longer = g_malloc (size + 1);

  g_assert_true (hello == NULL || error == NULL);
  g_assert_true (wanted == 0 || (hello == NULL && error == NULL && wanted > size));
  g_assert_true (hello != NULL || error != NULL || wanted > 0);
  if (hello == NULL)
    return 0;

  g_assert_cmpuint (strlen (hello->ja4), ==, JA4_LENGTH);
  g_assert_true (stile_client_hello_is_alike (hello->ja3, hello->ja3));
  memcpy (longer, data, size);
  longer[size] = 0x17;
  again = stile_client_hello_parse (longer, size + 1, &again_wanted, NULL);
  g_assert_cmpstr (again->digest, ==, hello->digest);

  return 0;
}
