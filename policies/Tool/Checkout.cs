namespace Ips.Policies.Tool;

/// <summary>The folders of the checkout that the tool reads: packs, rows and cases.</summary>
/// <param name="Root">The folder that holds the solution.</param>
public sealed record Checkout(string Root)
{
    /// <summary>The packs with their rows.</summary>
    public string Packs => Path.Combine(Root, "policies", "packs");

    /// <summary>The released packs.</summary>
    public string Released => Path.Combine(Root, "policies", "released");

    /// <summary>The decision cases.</summary>
    public string Cases => Path.Combine(Root, "tests", "cases");

    /// <summary>The checkout around the current folder, or <see langword="null"/>.</summary>
    public static Checkout? Here()
    {
        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "policies", "packs")))
                return new(folder.FullName);
        }

        return null;
    }

    /// <summary>The packs as they are in the files, not the embedded ones.</summary>
    /// <exception cref="BadPackException">The packs have problems; all are listed.</exception>
    public IReadOnlyList<Pack> ReadPacks() => PackReader.Read(PackFiles.Below(Packs));

    /// <summary>The ids of the rules, one entry in the packs for each.</summary>
    public IReadOnlyList<string> ReadCatalogue() => Guarding.Guards.Ids(File.ReadAllText(Path.Combine(Root, "policies", "catalogue-ids.txt")));

    /// <summary>Every row and every case as questions with expected answers.</summary>
    /// <exception cref="BadCaseFileException">A case file cannot be read.</exception>
    public IReadOnlyList<DecisionCase> ReadQuestions() => [.. RowFiles.Read(Packs).Select(r => r.ToCase()), .. CaseRunner.Read(Cases)];
}
