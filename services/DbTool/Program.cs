// Run by `dotnet ef` only: see README.md.
return 0;
