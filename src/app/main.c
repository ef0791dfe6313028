/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-application.h"
#include "codec/stile-locale.h"

int
main (int argc, char **argv)
{
  g_autoptr (StileApplication) application = NULL;

  stile_locale_init ();
  application = stile_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
