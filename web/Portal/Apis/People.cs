using Ips.Contracts.Eligibility.V1;

namespace Ips.Portal.Apis;

/// <summary>Names of the people on a page, read one by one for exactly those who are shown.</summary>
internal sealed class People(Api api, Individuals.IndividualsClient client)
{
    /// <summary>The names; a person whom the caller may not read, or who cannot be read now, is shown by the end of the id.</summary>
    public async Task<Names> Of(params IEnumerable<string> individuals)
    {
        var read = await Task.WhenAll(individuals.Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)
            .Select(async name => (Name: name, (await api.Part(options => client.GetIndividualAsync(new() { Name = name }, options))).Value)));
        return new(read.Where(person => person.Value is not null).ToDictionary(person => person.Name, person => Full(person.Value!), StringComparer.Ordinal));
    }

    private static string Full(Individual person) => $"{person.GivenName} {person.FamilyName}";
}

/// <summary>Names of people by their resource name.</summary>
public sealed class Names(IReadOnlyDictionary<string, string> names)
{
    /// <summary>Before they are read.</summary>
    public static Names None { get; } = new(new Dictionary<string, string>());

    /// <summary>The name of a person, or <c>Person ...</c> with the end of the id.</summary>
    public string this[string individual] => names.TryGetValue(individual, out var name) ? name : $"Person {Text.Short(individual)}";
}
