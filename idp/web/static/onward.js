// Follows the one link that leads on, so that nobody has to press it.
location.replace(document.getElementById("continue").href);
