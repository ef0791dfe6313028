/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/walk-pages.h"

void
walk_pages_to_session (AccessibleApp *app)
{
  accessible_app_shoot (app, "1-service");
  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 2 of 8 · Path");
  accessible_app_wait_for_beginning (app, "Second of three: perhaps a middlebox, untrusted, signs as ");
  accessible_app_wait_for_part (app, "which this computer does not trust");
  accessible_app_shoot (app, "2-path");

  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 3 of 8 · Secure session");
  accessible_app_wait_for_beginning (app, "Flight 1, from this computer to the service, ");
  accessible_app_wait_for_beginning (app, "Flight 2, from the service to this computer, ");
  accessible_app_wait_for_part (app, ", still to be vouched for: ");
  accessible_app_shoot (app, "3-session");
}

void
walk_pages_past_voucher (AccessibleApp *app)
{
  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 4 of 8 · Voucher");
  accessible_app_wait_for (app, "What the voucher says");
  accessible_app_wait_for (app, "4 · Voucher, done");
  accessible_app_wait_for_part (app, "belongs to the domain");
  accessible_app_shoot (app, "4-lab-voucher");
}

void
walk_pages_to_install (AccessibleApp *app)
{
  walk_pages_past_voucher (app);
  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 5 of 8 · Domain CA roots");
  accessible_app_wait_for_part (app, " for this domain.");
  accessible_app_wait_for_part (app, ". Signs for the middlebox");
  accessible_app_shoot (app, "5-roots");

  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 6 of 8 · Install");
  accessible_app_shoot (app, "6-install");
}

void
walk_pages_install (AccessibleApp *app)
{
  accessible_app_click (app, "Install");
  accessible_app_wait_for (app, "Done and verified");
  accessible_app_wait_for (app, "The authorities are installed, and were found there again.");
  accessible_app_shoot (app, "6-installed");

  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 7 of 8 · Enrol");
  accessible_app_wait_for (app, "What is asked for");
  accessible_app_click (app, "Get Certificate");
  accessible_app_wait_for (app, "Where it is");
  accessible_app_shoot (app, "7-lab-enrolled");

  accessible_app_click (app, "Continue");
  accessible_app_wait_for (app, "Step 8 of 8 · Done");
  accessible_app_wait_for (app, "The connection that failed before now works.");
  accessible_app_wait_for_beginning (app, "Before: Refused.");
  accessible_app_wait_for_beginning (app, "Now: Valid.");
  accessible_app_wait_for (app, "Save report");
  accessible_app_shoot (app, "8-done");
}
