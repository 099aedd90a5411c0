// The map of communes to pan and zoom, drawn from our own outlines; where the phone stands stays in the phone.
const figure = document.getElementById("ban-do");

function inside([x, y], polygon) {
  let within = false;
  for (const ring of polygon)
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [x1, y1] = ring[i], [x2, y2] = ring[j];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) within = !within;
    }
  return within;
}

function draw(areas) {
  const box = document.createElement("div"), svg = figure.querySelector("svg");
  box.className = "leaflet-box";
  box.style.height = `${svg.clientHeight}px`;
  svg.replaceWith(box);
  const map = L.map(box, { attributionControl: false, zoomSnap: 0.25, minZoom: 7, maxZoom: 14, scrollWheelZoom: false });
  const layer = L.geoJSON(areas, {
    style: (area) => ({ className: area.properties.look }),
    onEachFeature: (area, shape) => {
      const link = document.createElement("a");
      link.href = area.properties.href;
      link.textContent = `${area.properties.name}: ${area.properties.count}`;
      shape.bindPopup(link);
    },
  }).addTo(map);
  map.fitBounds(layer.getBounds());
  return { map, layer };
}

function stand({ map, layer }, position, button) {
  const { latitude, longitude } = position.coords;
  const here = layer.getLayers().find(({ feature }) =>
    feature.geometry.coordinates.some((polygon) => inside([longitude, latitude], polygon)));
  const told = document.getElementById("noi-toi");
  if (!here) {
    told.textContent = button.dataset.away;
    return;
  }
  const link = document.createElement("a");
  link.href = here.feature.properties.href;
  link.textContent = here.feature.properties.name;
  told.replaceChildren(link);
  L.circleMarker([latitude, longitude], { radius: 7, className: "me", interactive: false }).addTo(map);
  map.fitBounds(here.getBounds(), { maxZoom: 11 });
  here.openPopup();
}

if (figure && window.L) {
  fetch(figure.dataset.areas).then((answer) => answer.json()).then((areas) => {
    const drawn = draw(areas);
    const button = document.getElementById("cho-toi");
    const lost = () => { document.getElementById("noi-toi").textContent = button.dataset.none; };
    if (!navigator.geolocation) return;
    button.closest("p").hidden = false;
    button.addEventListener("click", () =>
      navigator.geolocation.getCurrentPosition((position) => stand(drawn, position, button), lost, { timeout: 10000 }));
  }).catch(() => {});
}
