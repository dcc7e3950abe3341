from levee.cli.main import main

main()
