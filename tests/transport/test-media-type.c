/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-media-type.h"

static void
test_is (void)
{
  static const struct
  {
    const char *value;
    gboolean same;
  } table[] = {
    { "application/atls+octet-stream", TRUE },
    { "APPLICATION/ATLS+Octet-Stream", TRUE },
    { "application/atls+octet-stream; charset=binary", TRUE },
    { "application/atls+octet-stream ;q=1", TRUE },
    { "application/atls+octet-stream\t", TRUE },
    { "application/atls+octet-streams", FALSE },
    { "application/atls+octet-stream, text/html", FALSE },
    { " application/atls+octet-stream", FALSE },
    { "application/atls+octet-strea", FALSE },
    { "", FALSE },
    { NULL, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    g_assert_cmpint (stile_media_type_is (table[i].value, STILE_MEDIA_TYPE_FLIGHT), ==, table[i].same);
}

static void
test_kind (void)
{
  StileMessageKind kind;

  g_assert_true (stile_media_type_get_kind ("application/atls+octet-stream", &kind));
  g_assert_cmpint (kind, ==, STILE_MESSAGE_FLIGHT);
  g_assert_true (stile_media_type_get_kind ("application/atls;v=5", &kind));
  g_assert_cmpint (kind, ==, STILE_MESSAGE_FLIGHT);
  g_assert_true (stile_media_type_get_kind ("application/atls-sealed", &kind));
  g_assert_cmpint (kind, ==, STILE_MESSAGE_SEALED);

  kind = STILE_MESSAGE_SEALED;
  g_assert_false (stile_media_type_get_kind ("text/html", &kind));
  g_assert_false (stile_media_type_get_kind ("application/octet-stream", &kind));
  g_assert_false (stile_media_type_get_kind (NULL, &kind));
  g_assert_cmpint (kind, ==, STILE_MESSAGE_SEALED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transport/media-type/is", test_is);
  g_test_add_func ("/transport/media-type/kind", test_kind);

  return g_test_run ();
}
