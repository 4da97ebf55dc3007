"""Services of all rooms: validation of arguments, files, BLAS threads, figure data, help and failures of commands.

Every room may import it, but `checking/`. It imports nothing of the package. Read `validation` first.
"""
