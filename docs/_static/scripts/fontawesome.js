// In the place of the theme's icon script: labsite.css draws the few icons.
