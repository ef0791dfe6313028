/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-masa-address.h"

typedef struct
{
  const char *name;
  const char *text;
  StileMasaTrust trust;
  const char *origin; /* NULL: refused */
  const char *path;
} Case;

static const Case cases[] = {
  { "authority", "masa.example", STILE_MASA_FROM_DEVICE, "https://masa.example", "/.well-known/brski" },
  { "usual-port", "masa.example:443", STILE_MASA_FROM_DEVICE, "https://masa.example", "/.well-known/brski" },
  { "whole", "https://masa.example/v1/", STILE_MASA_FROM_DEVICE, "https://masa.example", "/v1" },
  { "no-path", "https://masa.example/", STILE_MASA_FROM_DEVICE, "https://masa.example",
    "/.well-known/brski" },
  { "operator-port", "https://localhost:8443/masa", STILE_MASA_FROM_OPERATOR, "https://localhost:8443",
    "/masa" },
  { "operator-ip", "https://[::1]:8443/masa", STILE_MASA_FROM_OPERATOR, "https://[::1]:8443", "/masa" },
  { "http", "http://masa.example/", STILE_MASA_FROM_OPERATOR, NULL, NULL },
  { "ldap", "ldap://masa.example/x", STILE_MASA_FROM_DEVICE, NULL, NULL },
  { "file", "file:///etc/passwd", STILE_MASA_FROM_OPERATOR, NULL, NULL },
  { "path-alone", "/.well-known/brski", STILE_MASA_FROM_OPERATOR, NULL, NULL },
  { "user", "https://me@masa.example/", STILE_MASA_FROM_OPERATOR, NULL, NULL },
  { "user-in-authority", "me:secret@masa.example", STILE_MASA_FROM_DEVICE, NULL, NULL },
  { "odd-port", "masa.example:25", STILE_MASA_FROM_DEVICE, NULL, NULL },
  { "port-too-large", "masa.example:70000", STILE_MASA_FROM_OPERATOR, NULL, NULL },
  { "ip", "192.0.2.1", STILE_MASA_FROM_DEVICE, NULL, NULL },
  { "ipv6", "[::1]", STILE_MASA_FROM_DEVICE, NULL, NULL },
  { "inside", "localhost", STILE_MASA_FROM_DEVICE, NULL, NULL },
  { "inside-with-a-dot", "localhost.", STILE_MASA_FROM_DEVICE, NULL, NULL },
  { "under-inside", "a.localhost", STILE_MASA_FROM_DEVICE, NULL, NULL },
  { "neighbour", "printer.LOCAL.", STILE_MASA_FROM_DEVICE, NULL, NULL },
  { "short-ip", "127.1", STILE_MASA_FROM_DEVICE, NULL, NULL },
  { "hexadecimal-ip", "0x7f.0x1", STILE_MASA_FROM_DEVICE, NULL, NULL },
  { "escaped-ip", "%31%32%37.0.0.1", STILE_MASA_FROM_DEVICE, NULL, NULL },
  { "escaped-line", "masa.example%0d%0aX-A:", STILE_MASA_FROM_DEVICE, NULL, NULL },
  { "escaped-line-of-the-operator", "https://masa.example%0d%0aX/", STILE_MASA_FROM_OPERATOR, NULL, NULL },
  { "query", "https://masa.example/?a=b", STILE_MASA_FROM_OPERATOR, NULL, NULL },
  { "query-in-authority", "masa.example?a", STILE_MASA_FROM_DEVICE, NULL, NULL },
  { "fragment", "https://masa.example/#a", STILE_MASA_FROM_OPERATOR, NULL, NULL },
  { "empty", "", STILE_MASA_FROM_OPERATOR, NULL, NULL },
  { "space", "masa.example GET", STILE_MASA_FROM_OPERATOR, NULL, NULL },
  { "line", "masa.example\r\nx", STILE_MASA_FROM_OPERATOR, NULL, NULL },
  { "backslash", "https:\\\\masa.example/", STILE_MASA_FROM_OPERATOR, NULL, NULL },
};

/* BOOTSTRAP R6. */
static void
test_case (gconstpointer data)
{
  const Case *it = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileMasaAddress) address = stile_masa_address_parse (it->text, it->trust, &error);
  g_autofree char *path = NULL;
  g_autofree char *expected = NULL;

  if (it->origin == NULL)
    {
      g_assert_null (address);
      g_assert_error (error, STILE_ERROR, STILE_ERROR_UNTRUSTED);
      g_assert_true (g_str_has_prefix (error->message, "R6: "));
      return;
    }

  g_assert_no_error (error);
  path = stile_masa_address_get_path (address, "requestvoucher");
  expected = g_strconcat (it->path, "/requestvoucher", NULL);
  g_assert_cmpstr (address->origin, ==, it->origin);
  g_assert_cmpstr (path, ==, expected);
  g_assert_cmpstr (address->authority, ==, it->origin + strlen ("https://"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/registrar/R6-masa-address/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }

  return g_test_run ();
}
