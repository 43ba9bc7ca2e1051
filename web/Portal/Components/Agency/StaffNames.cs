using Grpc.Core;
using Ips.Contracts.Staffing.V1;
using Ips.Portal.Apis;

namespace Ips.Portal.Components.Agency;

/// <summary>Names of the staff that the caller may see.</summary>
internal sealed class StaffNames(Api api, Staff.StaffClient client)
{
    /// <summary>Display names by resource name, of at most 1,000 staff; empty where they cannot be read.</summary>
    public async Task<IReadOnlyDictionary<string, string>> All()
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        var token = "";
        do
        {
            var page = (await api.Part(options => client.ListStaffAsync(new() { PageSize = 200, PageToken = token }, options))).Value;
            foreach (var member in page?.Staff ?? [])
                names[member.Name] = member.DisplayName;
            token = page?.NextPageToken ?? "";
        }
        while (token.Length > 0 && names.Count < 1000);
        return names;
    }
}
