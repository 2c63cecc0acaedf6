begin().catch(error => complain(`This page could not start: ${error.message}. It needs a browser of 2023 or later.`));
