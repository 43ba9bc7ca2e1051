using System.Globalization;
using System.Text;
using Ips.Contracts;
using Ips.Staffing.StaffMembers;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Clearances;

/// <summary>Staff by NPI and by names, in memory while a file is read.</summary>
internal sealed class StaffIndex
{
    private static readonly HashSet<string> Suffixes = new(["JR", "SR", "II", "III", "IV"], StringComparer.Ordinal);

    private readonly Dictionary<string, List<Person>> byNpi = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Person>> byName = new(StringComparer.Ordinal);

    /// <summary>A person of the index.</summary>
    internal sealed record Person(StaffMemberId Id, string Provider, DateOnly? BirthDate, string Npi);

    /// <summary>People with names on file.</summary>
    public List<Person> People { get; } = [];

    /// <summary>People without.</summary>
    public int WithoutNames { get; private set; }

    /// <summary>Adds a person.</summary>
    public void Add(StaffMemberId id, string provider, StaffIdentity identity)
    {
        if (Key(identity.FamilyName, identity.GivenName) is not { } key)
        {
            WithoutNames++;
            return;
        }

        Person person = new(id, provider, identity.BirthDate, identity.Npi);
        People.Add(person);
        byName.TryAdd(key, []);
        byName[key].Add(person);
        if (identity.Npi.Length == 0)
            return;
        byNpi.TryAdd(identity.Npi, []);
        byNpi[identity.Npi].Add(person);
    }

    /// <summary>
    /// Whom the entry may be: by NPI, else by names where no birth date speaks against it. An NPI that differs may be a typing error and does not.
    /// </summary>
    public IEnumerable<(Person Person, Proto.ExclusionMatch Match)> Find(ListEntry entry)
    {
        if (entry.Npi.Length > 0 && byNpi.TryGetValue(entry.Npi, out var same))
            return same.Select(person => (person, Proto.ExclusionMatch.Npi));
        if (Key(entry.LastName, entry.FirstName) is not { } key || !byName.TryGetValue(key, out var named))
            return [];
        return named
            .Where(person => entry.BirthDate is not { } born || person.BirthDate is not { } known || born == known)
            .Select(person => (person, entry.BirthDate is null || person.BirthDate is null
                ? Proto.ExclusionMatch.NameOnly : Proto.ExclusionMatch.NameAndBirthDate));
    }

    /// <summary>Names in one spelling: letters without accents, in capitals, without blanks, hyphens and suffixes; null without both names.</summary>
    internal static string? Key(string family, string given)
    {
        var (last, first) = (Letters(family), Letters(given));
        return last.Length == 0 || first.Length == 0 ? null : $"{last}|{first}";
    }

    private static string Letters(string name)
    {
        StringBuilder letters = new(name.Length);
        foreach (var part in name.Split([' ', ',', '.'], StringSplitOptions.RemoveEmptyEntries))
        {
            var capitals = string.Concat(part.Normalize(NormalizationForm.FormD).Where(char.IsLetter)).ToUpper(CultureInfo.InvariantCulture);
            if (letters.Length == 0 || !Suffixes.Contains(capitals))
                letters.Append(capitals);
        }

        return letters.ToString();
    }
}
