using Microsoft.AspNetCore.Http;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>Headers that become call metadata: the value of a name that ends in <c>-bin</c> is base64.</summary>
internal static class RequestHeaders
{
    public static void Check(IHeaderDictionary headers)
    {
        foreach (var (name, values) in headers)
        {
            if (!name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase))
                continue;
            foreach (var part in values.ToString().Split(','))
            {
                if (FieldValues.StandardBase64(part.Trim()) is null)
                    throw RefusedRequest.Malformed("INVALID_HEADER", $"Header '{name}' must hold base64, because its name ends in -bin.");
            }
        }
    }
}
