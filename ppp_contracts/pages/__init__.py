"""The library as a static site: a folder of pages in four languages that needs no server and no network."""
